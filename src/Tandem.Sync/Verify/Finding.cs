using System.Text.Json;

namespace Tandem.Sync.Verify;

/// <summary>A difference with the record that would put it right; null where the row must go.</summary>
internal sealed record Finding
{
    public required Difference Difference { get; init; }

    public required JsonElement? Record { get; init; }

    /// <summary>The row bears a later stamp than its record, so that a merge would take it for newer.</summary>
    public bool IsRowLater { get; init; }
}
