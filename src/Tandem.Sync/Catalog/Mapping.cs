using Tandem.Postgres.Conflicts;

namespace Tandem.Sync.Catalog;

/// <summary>One object bound to one table, as it was asked for. Source: heroku-connect.md, section 11.</summary>
public sealed record Mapping
{
    /// <summary>Stands among the fields for every field that the integration user may see.</summary>
    public const string AllFields = "*";

    /// <summary>What Heroku Connect allows a mapping in a day when nothing is given.</summary>
    public const int DefaultMaxDailyApiCalls = 30_000;

    /// <summary>The interval of Heroku Connect when none is given.</summary>
    public static readonly TimeSpan DefaultPollInterval = TimeSpan.FromSeconds(600);

    /// <summary>Under which the catalogue stores it; empty before.</summary>
    public Guid Id { get; init; }

    /// <summary>Counts the mappings of a catalogue; zero until it is stored.</summary>
    public int Number { get; init; }

    /// <summary>How often it was stored.</summary>
    public int Revision { get; init; }

    /// <summary>When it was stored first.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public required string ObjectName { get; init; }

    public required MappingAccess Access { get; init; }

    /// <summary>
    /// The API names of the mapped fields; <c>Id</c>, <c>SystemModstamp</c> and, where it exists, <c>IsDeleted</c> are mapped always.
    /// </summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>Indexed fields, and whether their index is unique.</summary>
    public IReadOnlyDictionary<string, bool> Indexes { get; init; } = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The unique identifier: an external id field that every local insert is upserted by. Null sends plain creates.</summary>
    public string? UpsertField { get; init; }

    public TimeSpan PollInterval { get; init; } = DefaultPollInterval;

    /// <summary>Accelerated polling is asked for: Salesforce's events are to start a poll. Stored and exported.</summary>
    public bool IsAccelerated { get; init; }

    /// <summary>Calls of the org's APIs that the mapping may make in 24 hours. Stored and exported.</summary>
    public int MaxDailyApiCalls { get; init; } = DefaultMaxDailyApiCalls;

    /// <summary>Fields left out when <see cref="Fields"/> holds <see cref="AllFields"/>. An extension of the contract.</summary>
    public IReadOnlyList<string> ExcludedFields { get; init; } = [];

    /// <summary>
    /// A SOQL condition without WHERE; only records that meet it are in the table. Null takes all. An extension of the contract.
    /// </summary>
    public string? Filter { get; init; }

    /// <summary>Formulas and roll-ups are kept true when only their sources change. An extension of the contract.</summary>
    public bool KeepsFormulasFresh { get; init; } = true;

    /// <summary>What happens when the org's description of the object changes. An extension of the contract.</summary>
    public DriftPolicy OnDrift { get; init; } = DriftPolicy.Follow;

    /// <summary>Who wins when both sides have changed the same value. An extension of the contract.</summary>
    public ConflictPolicy Conflicts { get; init; } = ConflictPolicy.Local;

    /// <summary>Fields for which another one wins. An extension of the contract.</summary>
    public IReadOnlyDictionary<string, ConflictPolicy> ConflictFields { get; init; } =
        new Dictionary<string, ConflictPolicy>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Its entry in the mapping file that it came from, a JSON object: what Tandem does not know there is exported again. Null when
    /// it came from none.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>When the catalogue took it as it is; null before.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>The stored mappings, those of an object that is asked for anew replaced.</summary>
    public static IReadOnlyList<Mapping> Replace(IReadOnlyList<Mapping> stored, IReadOnlyList<Mapping> asked)
    {
        var objects = asked.Select(mapping => mapping.ObjectName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. stored.Where(mapping => !objects.Contains(mapping.ObjectName)), .. asked];
    }
}
