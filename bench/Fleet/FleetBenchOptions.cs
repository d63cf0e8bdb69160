namespace Tandem.Bench.Fleet;

/// <summary>What a server is measured with.</summary>
internal sealed record FleetBenchOptions
{
    public int Connections { get; init; } = 100;

    /// <summary>Of each connection.</summary>
    public int Mappings { get; init; } = 5;

    /// <summary>How long it is watched while nothing happens; a poll interval has every mapping polled once.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Requests of a second.</summary>
    public int Rate { get; init; } = 500;

    /// <summary>How long requests come in each round.</summary>
    public TimeSpan Load { get; init; } = TimeSpan.FromSeconds(20);

    public int Runs { get; init; } = 5;
}
