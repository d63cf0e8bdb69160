namespace Tandem.Salesforce.Limits;

/// <summary>
/// Counts the API requests that one piece of work sends, repetitions included, whatever else the client does meanwhile: it hears of
/// every request of the asynchronous flow that began it, until disposed.
/// </summary>
public sealed class CallTally : IDisposable
{
    private static readonly AsyncLocal<CallTally?> Present = new();

    private readonly CallTally? _outer = Present.Value;
    private int _count;

    private CallTally() => Present.Value = this;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Begins to count; a tally within another counts for both.</summary>
    public static CallTally Begin() => new();

    public void Dispose() => Present.Value = _outer;

    internal static void CountCall()
    {
        for (var tally = Present.Value; tally is not null; tally = tally._outer)
            Interlocked.Increment(ref tally._count);
    }
}
