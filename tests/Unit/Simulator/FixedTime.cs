namespace Tandem.Tests.Unit.Simulator;

/// <summary>A clock that stands until a test moves it; its timers do not run.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public static DateTimeOffset Noon { get; } = new(2026, 3, 4, 12, 34, 56, 789, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
