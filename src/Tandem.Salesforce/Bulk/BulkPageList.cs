namespace Tandem.Salesforce.Bulk;

/// <summary>A part of the list of a job's result pages, which may be read in any order and at the same time.</summary>
public sealed record BulkPageList
{
    /// <summary>Opens each page; null where the page needs none, which is the first.</summary>
    public required IReadOnlyList<string?> Locators { get; init; }

    /// <summary>Asks for the next part; null on the last.</summary>
    public required string? NextPath { get; init; }
}
