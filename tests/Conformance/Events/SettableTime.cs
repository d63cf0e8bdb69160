namespace Tandem.Tests.Conformance.Events;

/// <summary>The real clock with a lead that a test sets: timers run as ever, and what is read from the clock jumps ahead.</summary>
internal sealed class SettableTime : TimeProvider
{
    private long _lead;

    public TimeSpan Lead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _lead));
        set => Interlocked.Exchange(ref _lead, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Lead;
}
