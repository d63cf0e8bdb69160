using Microsoft.Extensions.Logging;

namespace Tandem.Server.Logs;

/// <summary>Which entries of a connection's log are asked for.</summary>
/// <param name="Level">The least that is.</param>
/// <param name="ObjectName">Only entries about this object, in any spelling; null for all.</param>
internal sealed record LogFilter(LogLevel Level, string? ObjectName)
{
    public bool Takes(KeptLine line) =>
        line.Level >= Level && (ObjectName is null || ObjectName.Equals(line.ObjectName, StringComparison.OrdinalIgnoreCase));
}
