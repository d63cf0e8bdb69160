using System.Text.Json;

namespace Tandem.Simulator.Bulk;

/// <summary>What a column of an uploaded CSV means: a field, or a parent by one of its look-up fields.</summary>
internal sealed record CsvColumn
{
    /// <summary>The name of the field, or of the relationship to the parent.</summary>
    public required JsonEncodedText Member { get; init; }

    /// <summary>True for a field that takes 0 and 1 beside false and true.</summary>
    public bool IsBoolean { get; init; }

    /// <summary>The field of the parent; null for a field of the object itself.</summary>
    public JsonEncodedText? ParentField { get; init; }

    /// <summary>The parent's object, where the head names it because there are several.</summary>
    public string? ParentType { get; init; }
}
