using System.Text.Json;

namespace Tandem.Bench.Chaos;

/// <summary>How many seeds of the push's property were tried, and what came of it; the JSON line of <c>bench/run chaos-push</c>.</summary>
internal sealed record ChaosResult
{
    private static readonly JsonSerializerOptions OneLine = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Name => "chaos-push";

    public required int Seeds { get; init; }

    public required int First { get; init; }

    /// <summary>Seeds that broke a promise; a run of seeds ends after a few of them.</summary>
    public required int Failures { get; init; }

    /// <summary>Of all runs, their starts and the making of their databases included.</summary>
    public required double Seconds { get; init; }

    public string ToJson() => JsonSerializer.Serialize(
        new { Name, Seeds, First, Failures, Seconds = Math.Round(Seconds, 1), SecondsPerSeed = Math.Round(Seconds / Seeds, 3) }, OneLine);
}
