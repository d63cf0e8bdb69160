using Tandem.Postgres.ChangeLog;

namespace Tandem.Postgres.Conflicts;

/// <summary>What a conflict needs to know of a change log entry that waits or is under way.</summary>
internal sealed record QueuedEntry
{
    public required ChangeId Id { get; init; }

    public required bool IsInsert { get; init; }

    /// <summary>It may be on the wire already, so nothing can be taken out of it.</summary>
    public required bool IsClaimed { get; init; }

    /// <summary>Empty when the entry holds no hstore text, which a user may have written.</summary>
    public required IReadOnlyDictionary<string, string?> Values { get; init; }

    /// <summary>An insert leaves null to Salesforce's defaults.</summary>
    public bool Sends(string column) => Values.TryGetValue(column, out var value) && (value is not null || !IsInsert);
}
