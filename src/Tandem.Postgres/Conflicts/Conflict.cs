using Tandem.Postgres.ChangeLog;

namespace Tandem.Postgres.Conflicts;

/// <summary>A line of the conflict log: a value that both sides had changed. Values are in PostgreSQL's output form.</summary>
public sealed record Conflict
{
    public required string Sfid { get; init; }

    /// <summary>The row's local id.</summary>
    public required int RecordId { get; init; }

    public required string Column { get; init; }

    public required string? LocalValue { get; init; }

    public required string? SalesforceValue { get; init; }

    /// <summary>What both sides had before; null too for a row that the user inserted.</summary>
    public required string? BaseValue { get; init; }

    public required bool SalesforceWins { get; init; }

    public required ConflictPolicy Policy { get; init; }

    /// <summary>The oldest entry that waits with a value of the column.</summary>
    public required ChangeId Change { get; init; }

    /// <summary>UTC, by the database's clock.</summary>
    public required DateTime ChangedAt { get; init; }

    /// <summary>The record's SystemModstamp, UTC; null where none came.</summary>
    public required DateTime? Stamp { get; init; }
}
