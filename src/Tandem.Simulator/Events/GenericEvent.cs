namespace Tandem.Simulator.Events;

/// <summary>A text that a program pushed to the channel of a StreamingChannel; only CometD delivers it.</summary>
public sealed record GenericEvent : IEventBody
{
    public required string Payload { get; init; }
}
