using Tandem.Salesforce.Records;

namespace Tandem.Salesforce.Composite;

/// <summary>One Collections request: up to 200 rows of one object, each for itself. Source: salesforce-api.md, section 2.8.</summary>
public sealed record CollectionWrite
{
    /// <summary>Rows in one Collections request.</summary>
    public const int MostRows = 200;

    public required CollectionOperation Operation { get; init; }

    public required string ObjectName { get; init; }

    /// <summary>The field by which an upsert finds its rows; each row holds it.</summary>
    public string? ExternalIdField { get; init; }

    public required IReadOnlyList<CollectionRow> Rows { get; init; }

    public WriteOptions Options { get; init; } = WriteOptions.None;
}
