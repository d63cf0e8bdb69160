namespace Tandem.Postgres.Adopt;

/// <summary>A schema that somebody else made: what is in it before it is taken over. Read by <see cref="SchemaSurvey"/>.</summary>
public sealed record FoundSchema
{
    public required string Name { get; init; }

    /// <summary>The role of this session.</summary>
    public required string Role { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<FoundTable> Tables { get; init; }

    /// <summary>Those whose names Heroku Connect gives.</summary>
    public required IReadOnlyList<FoundFunction> Functions { get; init; }

    /// <summary>How many entries of the change log are in each state, by table.</summary>
    public required IReadOnlyDictionary<(string Table, string State), long> States { get; init; }

    /// <summary>The orgs that are noted in the schema; usually one, and none in older ones.</summary>
    public required IReadOnlyList<string> Organizations { get; init; }

    public required IReadOnlyList<LifeSign> LifeSigns { get; init; }

    /// <summary>The largest id of the change log and its archive.</summary>
    public required long LastLogId { get; init; }

    /// <summary>The next id of the change log is behind this one; null when the log has no sequence.</summary>
    public required long? LogSequence { get; init; }

    /// <summary>Where the extension hstore is; null when it is not installed.</summary>
    public required string? HstoreSchema { get; init; }

    public FoundTable? Find(string table) => Tables.FirstOrDefault(found => found.Name == table);

    public long Count(string table, string state) => States.GetValueOrDefault((table, state));
}
