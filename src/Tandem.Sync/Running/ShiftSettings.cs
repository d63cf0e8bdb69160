using Microsoft.Extensions.Logging;

namespace Tandem.Sync.Running;

/// <summary>What every part of a shift needs from the host.</summary>
public sealed record ShiftSettings
{
    public required SyncOptions Sync { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }
}
