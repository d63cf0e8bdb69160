namespace Tandem.Cli;

/// <summary>Ends a server that does not end by itself in time after it was asked to; supervisors kill after as long.</summary>
internal sealed class StopDeadline : IDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(9);

    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _registration;

    /// <param name="cancellationToken">Asks to stop.</param>
    public StopDeadline(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _timer = timeProvider.CreateTimer(_ => End(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.Register(() => _timer.Change(StopWithin, Timeout.InfiniteTimeSpan));
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }

    private static void End()
    {
        Console.Error.WriteLine($"The work did not end within {StopWithin.TotalSeconds:0} seconds; its next start does it anew.");
        Environment.Exit(CommandLine.Failed);
    }
}
