using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>
/// Answers Bayeux messages: handshake, connect, subscribe, unsubscribe, disconnect. What it knows of a request is its version, session
/// and cookie; HTTP is the endpoints' matter. Source: salesforce-api.md, sections 5.2 and 5.4.
/// </summary>
internal sealed class CometdConversation(Org org, EventBus bus, CancellationToken stopping)
{
    public const string Handshake = "/meta/handshake";
    public const string Connect = "/meta/connect";
    private const string Subscribe = "/meta/subscribe";
    private const string Unsubscribe = "/meta/unsubscribe";
    private const string Disconnect = "/meta/disconnect";

    /// <summary>The cookie that binds a client to the browser of its handshake.</summary>
    public const string Cookie = "BAYEUX_BROWSER";

    private const int OldestVersion = 37;
    private const long NewOnly = -1;
    private const long AllRetained = -2;

    private readonly CometdClients _clients = new(bus.Settings, org.TimeProvider);

    /// <summary>Answers one message; a connect that passes is only checked, and held by <see cref="HoldAsync"/>.</summary>
    public CometdReply Answer(CometdMessage message, Session? session, int version, string browser, bool bringsCookie)
    {
        if (message.Channel == Handshake)
            return ShakeHands(message, session, version, browser);
        if (session is null)
        {
            return message.Channel == Connect
                ? Fail(message, CometdErrors.AuthenticationInvalid) with { Reconnect = "none" }
                : Fail(message, CometdErrors.AuthenticationRequired) with { Reconnect = "none" };
        }

        if (message.ClientId is not { Length: > 0 } clientId)
            return Fail(message, CometdErrors.NoHandshake) with { Reconnect = "handshake" };
        if (_clients.Find(clientId) is not { } client || !string.Equals(client.UserId, session.UserId, StringComparison.Ordinal))
            return Fail(message, CometdErrors.UnknownClient) with { Reconnect = "handshake" };
        if (!bringsCookie || !string.Equals(client.Browser, browser, StringComparison.Ordinal))
            return Fail(message, CometdErrors.NoCookie(clientId, Cookie)) with { Reconnect = "handshake" };
        switch (message.Channel)
        {
            case Connect:
                return Succeed(message, client);
            case Subscribe:
                return SubscribeAll(message, client);
            case Unsubscribe:
                foreach (var name in message.Subscriptions)
                    client.Unsubscribe(name);
                return message.Subscriptions.Count > 0 ? Succeed(message, client) : Fail(message, CometdErrors.ChannelMissing);
            case Disconnect:
                client.Leave();
                return Succeed(message, client);
            default:
                return Fail(message, message.Channel.StartsWith('/')
                    ? CometdErrors.ChannelRestricted : CometdErrors.NoSlash(message.Channel));
        }
    }

    /// <summary>Holds a connect until there are events, the time is up, or another connect takes its place.</summary>
    /// <param name="mayWait">False answers at once with what there is.</param>
    public async Task<CometdBatch> HoldAsync(CometdMessage message, bool mayWait, CancellationToken cancellationToken)
    {
        if (message.ClientId is not { } id || _clients.Find(id) is not { } client)
            return CometdBatch.Empty(Fail(message, CometdErrors.UnknownClient) with { Reconnect = "handshake" });
        var isFirst = !client.HasConnected;
        var turn = client.BeginConnect();
        try
        {
            var wait = message.Timeout is { } asked ? TimeSpan.FromMilliseconds(Math.Clamp(asked, 0, Longest()))
                : bus.Settings.ConnectTimeout;
            using var deadline = new CancellationTokenSource(wait > TimeSpan.Zero && mayWait ? wait : Timeout.InfiniteTimeSpan,
                org.TimeProvider);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
            var events = await TakeAsync(client, turn, mayWait && wait > TimeSpan.Zero, end.Token, cancellationToken);
            var isLimited = events is null;
            var reply = isLimited ? Fail(message, CometdErrors.DailyLimit) with { Reconnect = "none" } : Succeed(message, client);
            return new CometdBatch
            {
                Client = client,
                Events = events ?? [],
                Reply = isFirst && !isLimited ? reply with { Reconnect = "retry", Timeout = bus.Settings.ConnectTimeout } : reply,
            };
        }
        catch
        {
            client.EndConnect();
            throw;
        }
    }

    private double Longest() => bus.Settings.ConnectTimeout.TotalMilliseconds;

    private static CometdReply Succeed(CometdMessage message, CometdClient client) => new() { To = message, ClientId = client.Id };

    private static CometdReply Fail(CometdMessage message, string error) =>
        new() { To = message, ClientId = message.ClientId, Error = error };

    private CometdReply ShakeHands(CometdMessage message, Session? session, int version, string browser)
    {
        if (session is null)
        {
            return Fail(message, CometdErrors.HandshakeDenied) with
            {
                FailureReason = CometdErrors.AuthenticationInvalid,
                Reconnect = "none",
            };
        }

        if (version < OldestVersion)
            return Fail(message, CometdErrors.VersionUnsupported) with { Reconnect = "none" };
        return _clients.TryAdd(session.UserId, browser, version, out var client)
            ? Succeed(message, client)
            : Fail(message, CometdErrors.TooManyClients) with { Reconnect = "none" };
    }

    private CometdReply SubscribeAll(CometdMessage message, CometdClient client)
    {
        if (message.Subscriptions.Count == 0)
            return Fail(message, CometdErrors.ChannelMissing);
        if (bus.Allowance.IsUsedUp)
            return Fail(message, CometdErrors.DailyLimit);
        var found = new List<CometdSubscription>();
        foreach (var name in message.Subscriptions)
        {
            if (Find(message, name, client, found) is { } error)
                return Fail(message, error);
        }

        found.ForEach(client.Subscribe);
        return Succeed(message, client);
    }

    /// <summary>Adds the subscription that a name asks for, or gives the error.</summary>
    private string? Find(CometdMessage message, string name, CometdClient client, List<CometdSubscription> found)
    {
        if (name.Length == 0)
            return CometdErrors.ChannelMissing;
        if (!name.StartsWith('/'))
            return CometdErrors.NoSlash(name);
        var (address, filter) = CometdSubscription.Split(name);
        if (address.StartsWith("/meta/", StringComparison.Ordinal) || address.StartsWith("/service/", StringComparison.Ordinal))
            return CometdErrors.ChannelRestricted;
        if (address.Contains('*', StringComparison.Ordinal) || address.Length < 2)
            return CometdErrors.ChannelInvalid;
        if (bus.FindChannel(address) is not { } channel)
            return address.Split('/')[1] is "data" or "event" or "topic" or "u" ? CometdErrors.NoChannel(address)
                : CometdErrors.CannotCreateChannel;
        if (channel.Subject is { } subject && org.FindTable(subject)?.Type is { } type && !org.AccessOf(client.UserId).CanSee(type))
            return CometdErrors.NotAllowed;
        if (!message.TryReplayFrom(name, address, out var from, out var text))
            return CometdErrors.ReplayId(text);
        if (from >= 0 && !bus.IsValidReplayId(channel, from))
            return CometdErrors.ReplayId(from);
        found.Add(new CometdSubscription
        {
            Channel = channel,
            Name = name,
            Filter = channel.Kind == ChannelKind.PushTopic ? filter : [],
            Position = from switch
            {
                NewOnly => bus.LatestReplayId(),
                AllRetained => bus.EarliestReplayId(channel),
                _ => from,
            },
        });
        return null;
    }

    /// <summary>The next events of a client; empty when none came in time, null when the org's day is used up.</summary>
    private async Task<IReadOnlyList<(CometdSubscription Subscription, OrgEvent Event)>?> TakeAsync(
        CometdClient client, int turn, bool mayWait, CancellationToken deadline, CancellationToken cancellationToken)
    {
        while (client.HasTurn(turn))
        {
            var changed = client.Changed;
            var events = client.Collect(bus, org.AccessOf(client.UserId));
            if (events.Count > 0)
            {
                var granted = bus.Allowance.Take(events.Count);
                return granted > 0 ? events.GetRange(0, granted) : null;
            }

            if (!mayWait || !await WaitAsync(client, changed, deadline, cancellationToken))
                break;
        }

        return [];
    }

    /// <summary>False when the time is up.</summary>
    private static async Task<bool> WaitAsync(
        CometdClient client, Task changed, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        var news = client.Subscriptions.Select(subscription => subscription.Channel.WaitAsync(subscription.Position, end.Token));
        await Task.WhenAny([changed.WaitAsync(end.Token), .. news]);
        cancellationToken.ThrowIfCancellationRequested();
        var isTimeUp = deadline.IsCancellationRequested;
        await end.CancelAsync();
        return !isTimeUp;
    }
}
