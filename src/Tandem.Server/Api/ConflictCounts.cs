using Tandem.Postgres.Conflicts;

namespace Tandem.Server.Api;

/// <summary>The conflicts of a connection by table.</summary>
internal sealed record ConflictCounts(IReadOnlyDictionary<string, ConflictCount> ByTable)
{
    /// <summary>Those of removed mappings too.</summary>
    public ConflictCount All => new(ByTable.Values.Sum(count => count.LastDay), ByTable.Values.Sum(count => count.Kept));

    public ConflictCount Of(string objectName) => ByTable.GetValueOrDefault(objectName.ToLowerInvariant(), ConflictCount.None);
}
