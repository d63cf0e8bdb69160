namespace Tandem.Simulator.Metadata;

/// <summary>Refuses a record that is like another one of its object in all of some fields, whatever the letter case. Saves look after the
/// validation rules. Source: salesforce-api.md, section 2.10.</summary>
public sealed record DuplicateRule
{
    public required string Name { get; init; }

    /// <summary>The fields that must be alike; a record with an empty one among them is like no other.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>True when a call may save the record all the same.</summary>
    public bool AllowsSave { get; init; } = true;
}
