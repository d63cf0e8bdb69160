namespace Tandem.Simulator.Events.Cometd;

/// <summary>What a connect is answered with: events, then the reply.</summary>
internal sealed record CometdBatch
{
    /// <summary>Null when the connect was refused.</summary>
    public CometdClient? Client { get; init; }

    public required IReadOnlyList<(CometdSubscription Subscription, OrgEvent Event)> Events { get; init; }

    public required CometdReply Reply { get; init; }

    public static CometdBatch Empty(CometdReply reply) => new() { Events = [], Reply = reply };

    /// <summary>Moves the subscriptions on; to be called once the events are written, so that a broken connection loses none.</summary>
    public void Delivered()
    {
        foreach (var (subscription, @event) in Events)
            subscription.MoveTo(@event.ReplayId);
    }
}
