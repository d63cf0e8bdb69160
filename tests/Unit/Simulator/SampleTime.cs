namespace Tandem.Tests.Unit.Simulator;

/// <summary>A moment within an hour, a second and a millisecond, so that what is cut off shows.</summary>
internal static class SampleTime
{
    public static DateTimeOffset Noon { get; } = new(2026, 3, 4, 12, 34, 56, 789, TimeSpan.Zero);
}
