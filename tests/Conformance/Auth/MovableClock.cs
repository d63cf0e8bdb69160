namespace Tandem.Tests.Conformance.Auth;

/// <summary>A clock that stands until it is moved; for tests of what ends with time.</summary>
internal sealed class MovableClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan span) => _now += span;
}
