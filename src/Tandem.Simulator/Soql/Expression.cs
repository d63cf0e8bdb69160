namespace Tandem.Simulator.Soql;

/// <summary>A field or a function of one, as the statement names it wherever a value may stand: select list, conditions, groups, order.
/// </summary>
internal sealed record Expression
{
    public required int Position { get; init; }

    /// <summary>The field; null for a function.</summary>
    public FieldPath? Path { get; init; }

    /// <summary>The function; null for a field.</summary>
    public SoqlFunction? Function { get; init; }

    /// <summary>What the function is applied to.</summary>
    public Expression? Argument { get; init; }

    /// <summary>The other end of DISTANCE; null for every other function.</summary>
    public DistanceTarget? Target { get; init; }

    public bool IsAggregate => Function is { } function
        && (FunctionNames.IsAggregate(function) || Argument is { IsAggregate: true });

    public override string ToString() => Function is { } function
        ? $"{FunctionNames.NameOf(function)}({Argument})"
        : Path?.ToString() ?? "";
}
