namespace Tandem.Simulator.Soql;

/// <summary>
/// A literal of a condition as the statement spells it; a quoted string keeps its escapes, because LIKE reads more of them.
/// </summary>
internal sealed record Literal
{
    public required LiteralKind Kind { get; init; }

    public required string Text { get; init; }

    public required int Position { get; init; }
}
