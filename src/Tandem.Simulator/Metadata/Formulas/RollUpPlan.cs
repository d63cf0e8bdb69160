namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>A roll-up summary bound to its child object: where the child keeps its master and the summed value, and which children
/// count.</summary>
internal sealed class RollUpPlan
{
    private RollUpPlan(ObjectType child, int reference, int value, RollUpOperation operation, Formula? filter)
    {
        Child = child;
        Reference = reference;
        Value = value;
        Operation = operation;
        Filter = filter;
    }

    public ObjectType Child { get; }

    /// <summary>The ordinal of the child's reference to its master.</summary>
    public int Reference { get; }

    /// <summary>The ordinal of the summed field; -1 for a count.</summary>
    public int Value { get; }

    public RollUpOperation Operation { get; }

    public Formula? Filter { get; }

    /// <exception cref="FormatException">The roll-up does not fit its objects; the sentence says how.</exception>
    public static RollUpPlan Bind(ObjectType master, Field field, RollUp rollUp, Func<string, ObjectType?> findType)
    {
        var child = findType(rollUp.Child) ?? throw new FormatException($"there is no object {rollUp.Child}.");
        var reference = -1;
        for (var ordinal = 0; ordinal < child.Fields.Count && reference < 0; ordinal++)
        {
            var candidate = child.Fields[ordinal];
            if (candidate.OnDelete == DeleteRule.Cascade && candidate.ReferenceTo.Contains(master.Name, StringComparer.Ordinal))
                reference = ordinal;
        }

        if (reference < 0)
            throw new FormatException($"{child.Name} is no detail of {master.Name}.");
        var value = BindValue(field, rollUp, child);
        var filter = rollUp.Filter is null ? null : FormulaParser.Parse(rollUp.Filter, child, findType);
        if (filter is not null && filter.Kind != FormulaKind.Boolean)
            throw new FormatException($"the filter gives a {FormulaParser.Name(filter.Kind)}, expected a boolean.");
        return new RollUpPlan(child, reference, value, rollUp.Operation, filter);
    }

    /// <summary>All fields of the child whose change changes the sum, but for the reference.</summary>
    public IEnumerable<FieldKey> Sources() => (Filter?.Paths.Select(path => path.Target) ?? [])
        .Concat(Value >= 0 ? [new FieldKey(Child, Value)] : []);

    /// <summary>The sum over the children's values as the field stores it.</summary>
    public object? Sum(Field field, IEnumerable<FormulaRow> children)
    {
        var count = 0m;
        var total = 0m;
        object? extreme = null;
        foreach (var row in children)
        {
            if (Filter?.IsTrue(row) == false)
                continue;
            count++;
            if (Value < 0 || row.Values[Value] is not { } value)
                continue;
            if (Operation == RollUpOperation.Sum)
                total += FormulaValue.Number(value) ?? 0;
            else if (extreme is null || FormulaValue.Compare(value, extreme) is { } order
                && (Operation == RollUpOperation.Min ? order < 0 : order > 0))
                extreme = value;
        }

        return Operation switch
        {
            RollUpOperation.Count => count,
            RollUpOperation.Sum => decimal.Round(total, field.Scale, MidpointRounding.AwayFromZero),
            _ => FormulaValue.Number(extreme) is { } number
                ? decimal.Round(number, field.Scale, MidpointRounding.AwayFromZero) : extreme,
        };
    }

    private static int BindValue(Field field, RollUp rollUp, ObjectType child)
    {
        if (rollUp.Operation == RollUpOperation.Count)
        {
            return rollUp.Field is null && field.Type == FieldType.Double ? -1
                : throw new FormatException("a count names no field and is kept in a field of type double.");
        }

        var ordinal = rollUp.Field is null ? -1 : child.OrdinalOf(rollUp.Field);
        if (ordinal < 0)
            throw new FormatException($"expected a field of {child.Name}, found {rollUp.Field ?? "nothing"}.");
        var (from, to) = (FormulaValue.KindOf(child.Fields[ordinal].Type), FormulaValue.KindOf(field.Type));
        var isOrdered = from is FormulaKind.Date or FormulaKind.DateTime && rollUp.Operation != RollUpOperation.Sum;
        return from == to && (from == FormulaKind.Number || isOrdered) ? ordinal : throw new FormatException(
            $"{rollUp.Operation.ToString().ToLowerInvariant()} of {child.Name}.{child.Fields[ordinal].Name} does not fit a field of type "
            + $"{field.Type}.");
    }
}
