using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>An event that a program published: the fields of an object whose name ends with <c>__e</c>.
/// Source: salesforce-api.md, section 5.3.</summary>
public sealed record PlatformEvent : IEventBody
{
    public required ObjectType Type { get; init; }

    /// <summary>The values by the ordinals of the type.</summary>
    public required object?[] Values { get; init; }

    /// <summary>The 18-character id of the user who published it.</summary>
    public required string CreatedById { get; init; }
}
