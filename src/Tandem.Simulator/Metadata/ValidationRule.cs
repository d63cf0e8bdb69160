namespace Tandem.Simulator.Metadata;

/// <summary>A condition under which a record of an object may not be saved, as an administrator writes it. Saves evaluate it after the
/// system's own checks. Source: salesforce-api.md, section 9.2.</summary>
public sealed record ValidationRule
{
    public required string Name { get; init; }

    /// <summary>A formula that gives a boolean; true refuses the save.</summary>
    public required string Condition { get; init; }

    public required string Message { get; init; }

    /// <summary>The field at which the error stands; null for the record as a whole.</summary>
    public string? Field { get; init; }
}
