namespace Tandem.Simulator.Events;

/// <summary>
/// An event as the bus keeps it: its place in the org's one sequence and what it tells. CometD and Pub/Sub encode it, each in its own
/// way. Source: salesforce-api.md, sections 5.3 and 6.3.
/// </summary>
public sealed record OrgEvent
{
    /// <summary>Grows from event to event over the whole org, with gaps; below 2^53, because clients keep it in a double.</summary>
    public required long ReplayId { get; init; }

    /// <summary>The same in a duplicate, whose replay id is another.</summary>
    public required Guid EventUuid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IEventBody Body { get; init; }
}
