using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Bench;

/// <summary>What a benchmark found, as medians over its rounds; the JSON line of <c>bench/run NAME --json</c>.</summary>
internal sealed record BenchResult
{
    private static readonly JsonSerializerOptions OneLine = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required double Value { get; init; }

    public required string Reference { get; init; }

    public required double ReferenceValue { get; init; }

    /// <summary>Value by reference value.</summary>
    public required double Ratio { get; init; }

    public required int Runs { get; init; }

    /// <summary>Of the value: the largest less the smallest, in percent of the median.</summary>
    public required double SpreadPercent { get; init; }

    /// <summary>Of the process that is measured, the highest of all rounds; null where the system does not tell.</summary>
    public required double? PeakMib { get; init; }

    /// <summary>Null where none are counted.</summary>
    public long? ApiCalls { get; init; }

    /// <summary>The value as it would be on one core alone: by the server's CPU seconds; null where it is not measured.</summary>
    public double? PerCpuSecond { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, OneLine);
}
