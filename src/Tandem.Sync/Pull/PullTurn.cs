using Npgsql;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>What an <see cref="IPullPass"/> works with at one tick.</summary>
public sealed record PullTurn
{
    public required MappedObject Mapped { get; init; }

    /// <summary>Open, outside of a transaction, used by one pass at a time.</summary>
    public required NpgsqlConnection Connection { get; init; }

    public required MappingGate Gate { get; init; }

    public required Progress Progress { get; init; }

    /// <summary>Is told each committed step of a long pass.</summary>
    public Action<Progress> Report { get; init; } = static _ => { };
}
