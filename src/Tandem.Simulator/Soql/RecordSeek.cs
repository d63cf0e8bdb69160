using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// The few records that a condition leaves, when it names their ids or values of an indexed field; so that these are looked up and
/// not sought among all. Made by <see cref="Of"/> for a bound query, which still tests every record that is found.
/// </summary>
internal sealed record RecordSeek
{
    /// <summary>The field's place; 0 is the id.</summary>
    public required int Ordinal { get; init; }

    public required IReadOnlyCollection<object> Keys { get; init; }

    /// <summary>What a condition says of ids and indexed fields; null when it leaves them open.</summary>
    public static RecordSeek? Of(ICondition? condition, ObjectTable table, PathResolver resolver) => condition switch
    {
        LogicalCondition { IsConjunction: true } logical =>
            logical.Operands.Select(operand => Of(operand, table, resolver)).OfType<RecordSeek>().MinBy(seek => seek.Keys.Count),
        LogicalCondition logical => Union([.. logical.Operands.Select(operand => Of(operand, table, resolver))]),
        ComparisonCondition { Operator: CompareOperator.Equal or CompareOperator.In, Left.Path: { } path } comparison
            when resolver.Resolve(path) is { IsOwn: true } bound => OfComparison(comparison, bound, table),
        _ => null,
    };

    /// <summary>The records, or null when the view cannot look them up.</summary>
    public IEnumerable<Record>? Find(IRecordView view, ObjectTable table, bool includesDeleted)
    {
        if (Ordinal == 0)
            return Keys.Select(id => view.Find(table, (string)id)).OfType<Record>();

        // The indexes hold live records only.
        if (includesDeleted)
            return null;
        var found = new HashSet<Record>();
        foreach (var key in Keys)
        {
            if (view.FindByKey(table, Ordinal, key) is not { } records)
                return null;
            found.UnionWith(records);
        }

        return found;
    }

    private static RecordSeek? Union(RecordSeek?[] seeks) => seeks is [{ Ordinal: var ordinal }, ..]
        && Array.TrueForAll(seeks, seek => seek?.Ordinal == ordinal)
        ? new RecordSeek { Ordinal = ordinal, Keys = seeks.OfType<RecordSeek>().SelectMany(seek => seek.Keys).ToHashSet() }
        : null;

    private static RecordSeek? OfComparison(ComparisonCondition comparison, BoundField bound, ObjectTable table)
    {
        var ordinal = bound.Sources[0].Ordinal;
        if (ordinal != 0 && table.IndexOf(ordinal) is null)
            return null;
        var keys = new HashSet<object>();
        foreach (var literal in comparison.Literals)
        {
            object? key = literal.Kind switch
            {
                LiteralKind.Text when literal.Text.Length == 0 => null,
                LiteralKind.Text when ordinal == 0 => RecordId.Expand(literal.Text),
                LiteralKind.Text when ValueComparison.IsText(bound.Field.Type) => StringLiteral.Unescape(literal.Text),
                LiteralKind.Number when FieldRules.IsNumber(bound.Field) && LiteralSyntax.TryNumber(literal.Text, out var number) => number,
                _ => null,
            };
            if (key is null)
                return null;
            keys.Add(key);
        }

        return bound.Field.Type == FieldType.MultiPicklist ? null : new RecordSeek { Ordinal = ordinal, Keys = keys };
    }
}
