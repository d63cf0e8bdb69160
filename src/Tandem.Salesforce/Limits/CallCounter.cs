namespace Tandem.Salesforce.Limits;

/// <summary>Counts the API requests of one purpose, repetitions included. Safe for concurrent use.</summary>
internal sealed class CallCounter
{
    private long _count;
    private long _taken;

    public long Count => Interlocked.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>Those since the last taking; each is given to one taker only.</summary>
    public long Take()
    {
        var count = Count;
        while (true)
        {
            var taken = Interlocked.Read(ref _taken);
            if (taken >= count)
                return 0;
            if (Interlocked.CompareExchange(ref _taken, count, taken) == taken)
                return count - taken;
        }
    }
}
