namespace Tandem.Bench.Serve;

/// <summary>What one job got out of a server: units of work and bytes, in seconds by the wall and of the server's CPU.</summary>
internal sealed record Served
{
    /// <summary>Megabytes, rows or events, as the job's unit says.</summary>
    public required double Units { get; init; }

    /// <summary>Bytes that the server sent for them.</summary>
    public required long Bytes { get; init; }

    public double Seconds { get; init; }

    public double CpuSeconds { get; init; }

    public double PerSecond => Units / Seconds;

    public double PerCpuSecond => Units / CpuSeconds;
}
