namespace Tandem.Testing;

/// <summary>One planned fault of a <see cref="FaultProxy"/>: strikes one request, tells the test when, and waits where it holds.</summary>
public sealed class FaultPoint
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _skip;

    internal FaultPoint(FaultPlace place, string method, string pathPart, int skip)
    {
        Place = place;
        Method = method;
        PathPart = pathPart;
        _skip = skip;
    }

    /// <summary>Completes when the fault struck; for a held answer, when the org has answered.</summary>
    public Task Reached => _reached.Task;

    internal FaultPlace Place { get; }

    internal string Method { get; }

    internal string PathPart { get; }

    internal Task Released => _released.Task;

    /// <summary>Lets a held answer go.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Counts a request that fits; true for the one to strike.</summary>
    internal bool Takes(string method, string address) =>
        Method == method && address.Contains(PathPart, StringComparison.Ordinal) && Interlocked.Decrement(ref _skip) < 0;

    internal void Strike() => _reached.TrySetResult();
}
