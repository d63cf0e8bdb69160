using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>Consecutive changes of one table that go out in one call.</summary>
public sealed record ChangeBatch
{
    public required MappedObject Mapped { get; init; }

    public required WriteOperation Operation { get; init; }

    /// <summary>In the order of capture; a record, and a unique identifier, stands here once at most.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }
}
