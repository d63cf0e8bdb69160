namespace Tandem.Salesforce.Limits;

/// <summary>Counts the API requests of one piece of work, repetitions included, while others use the same client.</summary>
public sealed class CallTally : IDisposable
{
    private static readonly AsyncLocal<CallTally?> Present = new();

    private readonly CallTally? _outer = Present.Value;
    private int _count;

    private CallTally() => Present.Value = this;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts what this asynchronous flow sends until disposed.</summary>
    public static CallTally Begin() => new();

    internal static void CountCall()
    {
        for (var tally = Present.Value; tally is not null; tally = tally._outer)
            Interlocked.Increment(ref tally._count);
    }

    public void Dispose() => Present.Value = _outer;
}
