namespace Tandem.Simulator.Events;

/// <summary>A change to a record that a PushTopic's query selects; only CometD delivers it. Source: salesforce-api.md, section
/// 5.3.</summary>
public sealed record TopicEvent : IEventBody
{
    /// <summary><c>created</c>, <c>updated</c>, <c>deleted</c> or <c>undeleted</c>.</summary>
    public required string ChangeType { get; init; }

    /// <summary>The selected fields in the query's order, values as records hold them; only the id for a delete.</summary>
    public required IReadOnlyList<KeyValuePair<string, object?>> Fields { get; init; }
}
