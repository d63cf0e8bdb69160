namespace Tandem.Tests.Integration.Simulator.Query;

/// <summary>A clock that stands at 2026-01-31 12:00 UTC until a test moves it.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan span) => Interlocked.Add(ref _ticks, span.Ticks);
}
