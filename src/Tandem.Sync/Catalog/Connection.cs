using Tandem.Sync.Upkeep;

namespace Tandem.Sync.Catalog;

/// <summary>One org bound to one schema of one database. Source: heroku-connect.md, section 1.</summary>
public sealed record Connection
{
    public const string DefaultAppName = "tandem";

    public const int DefaultApiShare = 80;

    /// <summary>The name of the database that the catalogue is in, as Heroku's apps name theirs.</summary>
    public const string ControlDatabase = "DATABASE_URL";

    public required Guid Id { get; init; }

    /// <summary>Unique in the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>Counts the connections of a catalogue; zero until it is stored.</summary>
    public int Number { get; init; }

    /// <summary>The app that it belongs to; by its name a command line finds its connections.</summary>
    public string AppName { get; init; } = DefaultAppName;

    /// <summary>A person has stopped it until a person resumes it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>When it was stored first.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody signed in for it in a browser; null when nobody has.</summary>
    public DateTimeOffset? AuthorizedAt { get; init; }

    /// <summary>Who that was, in the org.</summary>
    public string? Username { get; init; }

    /// <summary>What the org told of that user, a JSON object.</summary>
    public string? UserInfo { get; init; }

    /// <summary>Where the org signs its users in: production, sandbox or its own domain.</summary>
    public required Uri LoginUrl { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>The schema of the mapped tables; no other connection's in the same database.</summary>
    public required string Schema { get; init; }

    /// <summary>
    /// The database of the mapped tables: <see cref="ControlDatabase"/>, the name of another variable of the server's environment that
    /// holds an address, or host:port/database of an address that is stored encrypted.
    /// </summary>
    public string DatabaseKey { get; init; } = ControlDatabase;

    /// <summary>Its tables are in the database of the catalogue.</summary>
    public bool IsInControlDatabase => DatabaseKey == ControlDatabase;

    /// <summary>The org, 18 characters, fixed at the first sign-in; null before it.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Fixed once the first table is made.</summary>
    public TypeProfile Types { get; init; } = TypeProfile.Heroku;

    public WriteAlgorithm Writes { get; init; } = WriteAlgorithm.Ordered;

    /// <summary>When processed entries of the change log move to its archive.</summary>
    public TimeSpan ArchiveAfter { get; init; } = new UpkeepOptions().ArchiveAfter;

    /// <summary>When they leave the archive.</summary>
    public TimeSpan ArchiveFor { get; init; } = new UpkeepOptions().ArchiveFor;

    public AssignmentRules Assignment { get; init; } = AssignmentRules.Off;

    /// <summary>A record is saved although a duplicate rule of the org alerts, where the rule lets that be.</summary>
    public bool SavesDuplicates { get; init; }

    /// <summary>Text that is longer than its field is cut; else Salesforce refuses it.</summary>
    public bool CutsText { get; init; }

    /// <summary>The part of the org's daily API calls that it may use, in per cent.</summary>
    public int ApiShare { get; init; } = DefaultApiShare;

    /// <summary>
    /// The mapping file that it came from without its mappings, a JSON object: what Tandem does not know there is exported again.
    /// Null when it came from none.
    /// </summary>
    public string? Source { get; init; }
}
