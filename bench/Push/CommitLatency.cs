using System.Diagnostics;
using System.Globalization;
using Tandem.Salesforce;

namespace Tandem.Bench.Push;

/// <summary>
/// Times single commits of an app to the moment at which the push begins the request to the org, while nothing else is queued. The
/// client's span tells of the request; between two commits the push has settled the last one and sleeps again.
/// </summary>
internal sealed class CommitLatency : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(30);

    private readonly TimeProvider _timeProvider;
    private readonly ActivityListener _listener;
    private long _sentAt;

    public CommitLatency(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SalesforceTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = _ => Interlocked.CompareExchange(ref _sentAt, timeProvider.GetTimestamp(), 0),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <returns>Milliseconds, in their order.</returns>
    public async Task<IReadOnlyList<double>> MeasureAsync(PushWorld world, int commits, CancellationToken cancellationToken)
    {
        var id = await world.AskAsync<int>("Push/read_first_id.sql", cancellationToken);
        var times = new List<double>(commits);
        await world.PushAsync(
            async token =>
            {
                for (var number = 0; number < commits; number++)
                {
                    await Task.Delay(Rest, _timeProvider, token);
                    Interlocked.Exchange(ref _sentAt, 0);
                    await world.RunAsync(
                        "Push/change_account.sql", token, id, string.Create(CultureInfo.InvariantCulture, $"+49 40 {number}"));
                    var committed = _timeProvider.GetTimestamp();
                    await world.DrainAsync(Task.Delay(Timeout.InfiniteTimeSpan, _timeProvider, token), token);
                    var sent = Interlocked.Read(ref _sentAt);
                    if (sent == 0)
                        throw new InvalidOperationException("A commit was sent to the org, and no span told of its request.");

                    // The push may hear of a commit before the app does.
                    times.Add(Math.Max(0, _timeProvider.GetElapsedTime(committed, sent).TotalMilliseconds));
                }
            },
            cancellationToken);
        return [.. times.Order()];
    }

    public void Dispose() => _listener.Dispose();
}
