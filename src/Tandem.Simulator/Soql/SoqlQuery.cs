namespace Tandem.Simulator.Soql;

/// <summary>A parsed statement: what <see cref="SoqlParser"/> makes and <see cref="QueryBinder"/> binds. Immutable.</summary>
internal sealed record SoqlQuery
{
    /// <summary>The statement as sent; errors quote it.</summary>
    public required string Text { get; init; }

    public required IReadOnlyList<SelectItem> Select { get; init; }

    public required string ObjectName { get; init; }

    /// <summary>Where the object's name stands.</summary>
    public required int ObjectPosition { get; init; }

    public string? Alias { get; init; }

    public ICondition? Where { get; init; }

    public IReadOnlyList<OrderItem> OrderBy { get; init; } = [];

    public int? Limit { get; init; }

    public int? Offset { get; init; }
}
