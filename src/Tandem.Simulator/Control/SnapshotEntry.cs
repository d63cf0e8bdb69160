namespace Tandem.Simulator.Control;

/// <summary>A snapshot that can be restored; the control plane lists them.</summary>
public sealed record SnapshotEntry
{
    public required string Name { get; init; }

    /// <summary>In the org's time.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Records of all objects.</summary>
    public required int Rows { get; init; }
}
