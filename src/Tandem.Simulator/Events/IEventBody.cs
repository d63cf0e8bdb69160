namespace Tandem.Simulator.Events;

/// <summary>What an event tells, before any encoding: a <see cref="ChangeEvent"/>, a <see cref="PlatformEvent"/>, a
/// <see cref="TopicEvent"/> or a <see cref="GenericEvent"/>.</summary>
public interface IEventBody;
