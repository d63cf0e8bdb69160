namespace Tandem.Simulator.Soql;

/// <summary>A field as the statement names it: the relationships to follow, then the field; and where it stands.</summary>
internal sealed record FieldPath
{
    public required IReadOnlyList<string> Names { get; init; }

    public required int Position { get; init; }

    public override string ToString() => string.Join('.', Names);
}
