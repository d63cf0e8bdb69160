using Microsoft.Extensions.Logging;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Running;

/// <summary>What every part of a shift needs from the host.</summary>
public sealed record ShiftSettings
{
    public required SyncOptions Sync { get; init; }

    /// <summary>Where the connection and its mappings are stored; null when that is the database of the tables.</summary>
    public CatalogDatabase? Catalog { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }
}
