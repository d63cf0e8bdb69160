namespace Tandem.Postgres.Health;

/// <summary>What a server is and how much room it has, as it says itself.</summary>
public sealed record DatabaseHealth
{
    /// <summary>As Postgres counts: 150004 for 15.4.</summary>
    public required int VersionNumber { get; init; }

    public required string Version { get; init; }

    /// <summary>The schema of the extension hstore; null when it is not installed.</summary>
    public required string? HstoreSchema { get; init; }

    /// <summary>A standby, or a database that begins transactions read-only.</summary>
    public required bool IsReadOnly { get; init; }

    public required bool IsAutovacuumOn { get; init; }

    /// <summary>Sessions that ordinary roles may have in all.</summary>
    public required int MaxSessions { get; init; }

    /// <summary>Sessions of all databases of the server.</summary>
    public required int Sessions { get; init; }

    public required DateTimeOffset Now { get; init; }
}
