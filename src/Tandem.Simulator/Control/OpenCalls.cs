namespace Tandem.Simulator.Control;

/// <summary>
/// The calls that the org is busy with. Those that take longer than a while are limited in number; short ones are not.
/// Source: salesforce-api.md, section 11.
/// </summary>
public sealed class OpenCalls(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Call> _calls = [];

    /// <summary>From when on a call is a long one.</summary>
    public TimeSpan LongAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>So many long calls may be open; with them, a further call is refused.</summary>
    public int MaxLong { get; set; } = 25;

    public int Count
    {
        get
        {
            lock (_lock)
                return _calls.Count;
        }
    }

    /// <summary>True while as many long calls are open as there may be.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
                return _calls.Count >= MaxLong && _calls.Count(call => timeProvider.GetElapsedTime(call.Start) >= LongAfter) >= MaxLong;
        }
    }

    /// <summary>Counts a call as open until the result is disposed.</summary>
    internal IDisposable Enter()
    {
        var call = new Call(this, timeProvider.GetTimestamp());
        lock (_lock)
            _calls.Add(call);
        return call;
    }

    private void Leave(Call call)
    {
        lock (_lock)
            _calls.Remove(call);
    }

    private sealed class Call(OpenCalls owner, long start) : IDisposable
    {
        public long Start => start;

        public void Dispose() => owner.Leave(this);
    }
}
