using Tandem.Postgres.ChangeLog;

namespace Tandem.Sync.Push;

/// <summary>A Bulk job as the ledger knows it.</summary>
internal sealed record StoredJob
{
    public required string Id { get; init; }

    public required string ObjectName { get; init; }

    public required WriteOperation Operation { get; init; }

    public required IReadOnlyList<ChangeId> Changes { get; init; }
}
