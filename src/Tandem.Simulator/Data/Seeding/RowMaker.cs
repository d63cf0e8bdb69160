using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data.Seeding;

/// <summary>
/// Makes the rows of a compact table from nothing but the seed and a row's number, as often as they are asked for and in any order, so
/// that a very large table holds only those that were saved since. Safe for use by many readers at once.
/// </summary>
internal sealed class RowMaker
{
    /// <summary>An odd number, so that the streams of two rows do not meet.</summary>
    private const ulong Spread = 0xD1342543DE82EF95UL;

    private readonly ObjectType _type;
    private readonly ObjectTable _table;
    private readonly SystemOrdinals _system;
    private readonly (int Ordinal, Func<RowSeed, object?> Make)[] _sources;
    private readonly object?[] _defaults;
    private readonly IReadOnlyList<string> _ids;
    private readonly Dictionary<string, (IReadOnlyList<string> Ids, int Count)> _others;
    private readonly string _adminId;
    private readonly DateTime _end;
    private readonly long _seed;

    /// <param name="ids">The ids of the table, in order; it grows while the table is seeded.</param>
    /// <param name="others">The ids of the tables that were seeded before.</param>
    /// <param name="org">Who owns what nobody else owns, the moment before which everything happened, and the table's seed.</param>
    public RowMaker(
        ObjectTable table,
        object?[] defaults,
        IReadOnlyList<string> ids,
        IReadOnlyDictionary<string, List<string>> others,
        (string AdminId, DateTime End, long Seed) org)
    {
        _table = table;
        _type = table.Type;
        _system = SystemOrdinals.Of(_type);
        _sources =
        [
            .. _type.Fields.Select((field, ordinal) => (ordinal, make: _system.Has(ordinal) ? null : FieldSource.For(_type, field)))
                .Where(source => source.make is not null)
                .Select(source => (source.ordinal, source.make ?? (_ => null))),
        ];
        _defaults = defaults;
        _ids = ids;
        _others = others.Where(pair => pair.Key != _type.Name)
            .ToDictionary(pair => pair.Key, pair => ((IReadOnlyList<string>)pair.Value, pair.Value.Count), StringComparer.Ordinal);
        (_adminId, _end, _seed) = org;
    }

    public string IdOf(int number) => _ids[number - 1];

    /// <param name="number">From 1.</param>
    public object?[] Make(int number)
    {
        var random = new SeedRandom(unchecked((long)((ulong)number * Spread) + _seed));
        var row = new RowSeed(random, names => PickParent(names, number, random), number - 1);
        row.Next(_end);
        var values = (object?[])_defaults.Clone();
        foreach (var (ordinal, make) in _sources)
            values[ordinal] = make(row);
        var owner = _others.TryGetValue("User", out var users) ? users.Ids[random.Next(users.Count)] : _adminId;
        _system.Fill(values, row.CreatedAt, row.ModifiedAt, owner, _adminId);
        _table.Derived.Fill(values, null, _ => false, row.CreatedAt);
        values[0] = IdOf(number);
        return values;
    }

    /// <summary>A row of the table's own kind has only those before it for parents, as when the seed first came to it.</summary>
    private string? PickParent(IReadOnlyList<string> objectNames, int number, SeedRandom random)
    {
        var name = objectNames.Count == 1 ? objectNames[0] : random.Pick(objectNames);
        var (ids, count) = name == _type.Name ? (_ids, number - 1) : _others.GetValueOrDefault(name);
        return count > 0 ? ids[random.Next(count)] : null;
    }
}
