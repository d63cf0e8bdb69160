using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Control;

/// <summary>The records and books of a table at one moment. Values are never changed in place, so an image only points to them.</summary>
internal sealed record TableImage
{
    public required ObjectType Type { get; init; }

    public required IReadOnlyList<object?[]> Rows { get; init; }

    public required IReadOnlyList<DeletedEntry> DeleteLog { get; init; }

    public required IReadOnlyDictionary<string, string> DeletedWith { get; init; }

    public required IReadOnlyDictionary<string, List<(ObjectTable Child, string Id, int Ordinal)>> EmptiedBy { get; init; }

    public required long LastNumber { get; init; }

    /// <summary>Only called within the org's gate.</summary>
    public static TableImage Of(ObjectTable table) => new()
    {
        Type = table.Type,
        Rows = [.. table.Records.Select(record => record.Values)],
        DeleteLog = [.. table.DeleteLog],
        DeletedWith = new Dictionary<string, string>(table.DeletedWith, StringComparer.Ordinal),
        EmptiedBy = table.EmptiedBy.ToDictionary(pair => pair.Key, pair => pair.Value.ToList(), StringComparer.Ordinal),
        LastNumber = table.LastNumber,
    };

    public ObjectTable ToTable()
    {
        var table = new ObjectTable(Type) { LastNumber = LastNumber };
        table.DeleteLog.AddRange(DeleteLog);
        foreach (var (id, master) in DeletedWith)
            table.DeletedWith[id] = master;
        foreach (var (id, references) in EmptiedBy)
            table.EmptiedBy[id] = [.. references];
        foreach (var values in Rows)
            table.Add(new Record(Type, values));
        return table;
    }
}
