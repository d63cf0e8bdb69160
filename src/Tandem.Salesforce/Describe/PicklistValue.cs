namespace Tandem.Salesforce.Describe;

/// <summary>One entry of a picklist: the value that rows hold and the label that people see.</summary>
public sealed record PicklistValue
{
    public required string Value { get; init; }

    public required string Label { get; init; }

    public required bool IsActive { get; init; }

    public required bool IsDefault { get; init; }
}
