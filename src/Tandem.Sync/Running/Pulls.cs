using Tandem.Sync.Pull;

namespace Tandem.Sync.Running;

/// <summary>The ways rows come from the org, made once for a shift and used by every <see cref="MappingWorker"/>.</summary>
public sealed record Pulls
{
    public required ProgressTable ProgressTable { get; init; }

    public required InitialLoad Load { get; init; }

    /// <summary>Brings loaded tables to another shape, beside the passes.</summary>
    public required RefreshPass Refresh { get; init; }

    /// <summary>In the order in which those that are due run at a tick.</summary>
    public required IReadOnlyList<IPullPass> Passes { get; init; }
}
