namespace Tandem.Simulator.Soql;

/// <summary>One item of the select list.</summary>
internal sealed record SelectItem
{
    public required SelectKind Kind { get; init; }

    public required int Position { get; init; }

    /// <summary>The field; null for <c>COUNT()</c> and <c>FIELDS(..)</c>.</summary>
    public FieldPath? Path { get; init; }

    /// <summary>The name that an aggregate gets in the answer; null makes it <c>expr0</c>, <c>expr1</c> and so on.</summary>
    public string? Alias { get; init; }

    public bool IsAggregate => Kind is SelectKind.Count or SelectKind.Min or SelectKind.Max or SelectKind.Sum or SelectKind.Average;
}
