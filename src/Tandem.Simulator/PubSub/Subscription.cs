using Tandem.Simulator.Events;
using Tandem.Simulator.PubSub.Grpc;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Simulator.PubSub;

/// <summary>
/// One Subscribe stream. The first request fixes the topic and the place to start from; every request adds to the events that the client
/// is ready to take, and no more are sent. A quiet stream gets an empty answer from time to time with the place that it has reached; a
/// client that asks for nothing is let go. Source: salesforce-api.md, section 6.3.
/// </summary>
internal sealed class Subscription(GrpcCall call, StreamSession session, Topics topics)
{
    /// <summary>What one request may ask for.</summary>
    public const int MaxRequested = 100;

    /// <summary>Bytes of events in one answer: clients take messages of up to 4 MiB.</summary>
    private const int MaxAnswerBytes = 3_000_000;

    private static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly WakeUp _wakeUp = new();
    private readonly TimeProvider _timeProvider = topics.TimeProvider;
    private readonly EventWriter _writer = topics.WriterFor(session.UserId);
    private int _credit;
    private bool _isLastAsked;
    private long _position;
    private long _askedAt;
    private DateTimeOffset _sentAt;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await call.ReadAsync(FetchRequest.Parser, cancellationToken) is not { } first)
            return;
        session.Refresh(first.AuthRefresh);
        var channel = topics.Find(first.TopicName, session.UserId);
        _position = PlaceOf(channel, first);
        Ask(first);
        _sentAt = _timeProvider.GetUtcNow();
        await call.StartAsync(cancellationToken);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var ticks = _timeProvider.CreateTimer(_ => _wakeUp.Set(), null, Tick, Tick);
        var delivering = DeliverAsync(channel, ended.Token);
        var listening = ListenAsync(channel, first.TopicName, ended.Token);
        // Whoever fails first tells the outcome; a client that has sent its last request still gets what it has asked for.
        var settled = await Task.WhenAny(delivering, listening);
        if (settled == listening && listening.IsCompletedSuccessfully)
            settled = delivering;
        try
        {
            await settled;
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(delivering, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private long PlaceOf(EventChannel channel, FetchRequest first)
    {
        switch (first.ReplayPreset)
        {
            case ReplayPreset.Earliest:
                return topics.Bus.EarliestReplayId(channel);
            case ReplayPreset.Custom:
                var replayId = ReplayIdBytes.Read(first.ReplayId) ?? throw PubSubErrors.MalformedReplayId();
                return topics.Bus.IsValidReplayId(channel, replayId) ? replayId : throw PubSubErrors.CorruptedReplayId();
            default:
                return topics.Bus.LatestReplayId();
        }
    }

    private void Ask(FetchRequest request)
    {
        var isRefreshOnly = request.NumRequested == 0 && request.AuthRefresh.Length > 0;
        if (request.NumRequested is < 1 or > MaxRequested && !isRefreshOnly)
            throw PubSubErrors.WrongCredit(request.NumRequested);
        Interlocked.Add(ref _credit, request.NumRequested);
        // Written by one loop and read by the other: a moment is too wide to be read in one piece.
        Volatile.Write(ref _askedAt, _timeProvider.GetUtcNow().UtcTicks);
    }

    private async Task ListenAsync(EventChannel channel, string topic, CancellationToken cancellationToken)
    {
        while (await call.ReadAsync(FetchRequest.Parser, cancellationToken) is { } request)
        {
            if (request.TopicName.Length > 0 && !request.TopicName.Equals(channel.Name, StringComparison.OrdinalIgnoreCase))
                throw PubSubErrors.OtherTopic(topic, request.TopicName);
            session.Refresh(request.AuthRefresh);
            Ask(request);
            _wakeUp.Set();
        }

        Volatile.Write(ref _isLastAsked, true);
        _wakeUp.Set();
    }

    private async Task DeliverAsync(EventChannel channel, CancellationToken cancellationToken)
    {
        Task? news = null;
        while (true)
        {
            _wakeUp.Clear();
            session.Check();
            // Read before the credit: whoever sets it has added all its credit before.
            var isLastAsked = Volatile.Read(ref _isLastAsked);
            var credit = Volatile.Read(ref _credit);
            if (credit > 0)
            {
                // The latest place is taken before the events are read, so that it passes none that comes in between.
                var latest = topics.Bus.LatestReplayId();
                var events = topics.Bus.ReadAfter(channel, _position, Math.Min(credit, MaxRequested));
                if (topics.Bus.EarliestReplayId(channel) > _position && events.Count > 0)
                    throw PubSubErrors.CorruptedReplayId();
                if (events.Count > 0)
                {
                    await SendAsync(events, cancellationToken);
                    continue;
                }

                _position = Math.Max(_position, latest);
                await KeepAliveAsync(cancellationToken);
                news = news is { IsCompleted: false } ? news : channel.WaitAsync(_position, cancellationToken);
                await Task.WhenAny(news, _wakeUp.WaitAsync(cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            if (isLastAsked
                || _timeProvider.GetUtcNow().UtcTicks - Math.Max(Volatile.Read(ref _askedAt), _sentAt.UtcTicks) >= CloseAfter.Ticks)
                return;
            await _wakeUp.WaitAsync(cancellationToken);
        }
    }

    private async Task SendAsync(IReadOnlyList<OrgEvent> events, CancellationToken cancellationToken)
    {
        var answer = new FetchResponse { RpcId = call.RpcId };
        var bytes = 0;
        var position = _position;
        foreach (var @event in events)
        {
            if (_writer.Write(@event) is { } message)
            {
                bytes += message.Event.Payload.Length;
                if (bytes > MaxAnswerBytes && answer.Events.Count > 0)
                    break;
                answer.Events.Add(message);
            }

            position = @event.ReplayId;
        }

        if (answer.Events.Count > 0)
        {
            if (topics.Bus.Allowance.Take(answer.Events.Count) < answer.Events.Count)
                throw PubSubErrors.DeliveriesUsedUp();
            answer.PendingNumRequested = Interlocked.Add(ref _credit, -answer.Events.Count);
            answer.LatestReplayId = ReplayIdBytes.Of(position);

            // Before the answer: whoever has read it may move the clock at once.
            _sentAt = _timeProvider.GetUtcNow();
            await call.WriteAsync(answer, cancellationToken);
        }

        _position = position;
    }

    private async Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        if (now - _sentAt < KeepAliveAfter)
            return;
        _sentAt = now;
        await call.WriteAsync(new FetchResponse
        {
            RpcId = call.RpcId,
            LatestReplayId = ReplayIdBytes.Of(_position),
            PendingNumRequested = Volatile.Read(ref _credit),
        }, cancellationToken);
    }
}
