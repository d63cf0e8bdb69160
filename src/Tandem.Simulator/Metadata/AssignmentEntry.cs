namespace Tandem.Simulator.Metadata;

/// <summary>One line of an <see cref="AssignmentRule"/>: whom a record gets that fits.</summary>
public sealed record AssignmentEntry
{
    /// <summary>A formula that gives a boolean; null fits every record.</summary>
    public required string? Condition { get; init; }

    /// <summary>The name of a queue, or the user name of a user.</summary>
    public required string Owner { get; init; }
}
