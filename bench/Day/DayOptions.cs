namespace Tandem.Bench.Day;

/// <summary>How fast an app changes rows, and for how long.</summary>
internal sealed record DayOptions
{
    /// <summary>Changes a second, each a transaction of its own.</summary>
    public required int Rate { get; init; }

    public required TimeSpan Length { get; init; }

    /// <summary>Rows of the table, any of which a change may meet.</summary>
    public required int Rows { get; init; }
}
