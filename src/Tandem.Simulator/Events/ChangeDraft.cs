using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>A change on its way to an event, while equal changes to other records of the transaction may still join it.</summary>
internal sealed class ChangeDraft
{
    public required ObjectType Type { get; init; }

    public required string ChangeType { get; init; }

    public required object?[]? Before { get; init; }

    public required object?[] After { get; init; }

    /// <summary>The ordinals of the changed fields of an update.</summary>
    public required IReadOnlyList<int> Changed { get; init; }

    public List<string> RecordIds { get; } = [];

    /// <summary>The ordinals whose values the event shows.</summary>
    public IReadOnlyList<int> Shown => ChangeType switch
    {
        ChangeTypes.Update => Changed,
        ChangeTypes.Delete => [],
        _ => EventShape.Of(Type).Ordinals,
    };
}
