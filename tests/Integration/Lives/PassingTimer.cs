namespace Tandem.Tests.Integration.Lives;

/// <summary>A timer of <see cref="PassingTime"/>: whenever it is set to a short pause, the pause passes.</summary>
internal sealed class PassingTimer(ITimer timer, PassingTime time) : ITimer
{
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var isSet = timer.Change(dueTime, period);
        if (isSet)
            time.PassIfShort(dueTime, period);
        return isSet;
    }

    public void Dispose() => timer.Dispose();

    public ValueTask DisposeAsync() => timer.DisposeAsync();
}
