using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>
/// One change to one or several records of an object in one transaction. Which fields an encoding shows follows from the change type:
/// all that have a value for CREATE and UNDELETE, <see cref="Changed"/> for UPDATE, none for DELETE and gaps.
/// Source: salesforce-api.md, section 6.7.
/// </summary>
public sealed record ChangeEvent : IEventBody
{
    public required string EntityName { get; init; }

    /// <summary>The object in the shape that it had at the commit.</summary>
    public required ObjectType Type { get; init; }

    /// <summary>The 18-character ids; empty for GAP_OVERFLOW.</summary>
    public required IReadOnlyList<string> RecordIds { get; init; }

    /// <summary>One of <see cref="ChangeTypes"/>.</summary>
    public required string ChangeType { get; init; }

    public required string ChangeOrigin { get; init; }

    public required Guid TransactionKey { get; init; }

    /// <summary>Counts the events of the transaction from 1.</summary>
    public required int SequenceNumber { get; init; }

    public required DateTimeOffset CommitTimestamp { get; init; }

    public required long CommitNumber { get; init; }

    /// <summary>The 18-character id of the user.</summary>
    public required string CommitUser { get; init; }

    /// <summary>The record's values by the ordinals of the type, also those that the event does not show; null where it shows none.
    /// A field of <see cref="Diffed"/> holds the diff.</summary>
    public object?[]? Values { get; init; }

    /// <summary>For UPDATE: the ordinals of the stored fields that have another value now, in the order of the type. A part of a compound
    /// stands for itself (<c>BillingCity</c>), never the compound.</summary>
    public IReadOnlyList<int> Changed { get; init; } = [];

    /// <summary>Those of <see cref="Changed"/> that are empty now.</summary>
    public IReadOnlyList<int> Nulled { get; init; } = [];

    /// <summary>Those of <see cref="Changed"/> whose value is sent as a diff of the text.</summary>
    public IReadOnlyList<int> Diffed { get; init; } = [];
}
