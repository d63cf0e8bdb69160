namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// What a formula may name, and what it was found to use: the object, the way to its parents' objects, and the paths that were read. One
/// lives as long as one parse.
/// </summary>
internal sealed class FormulaScope(string text, ObjectType type, Func<string, ObjectType?> findType)
{
    private const int LongestWay = 10;

    private readonly List<FormulaPath> _paths = [];

    public string Text { get; } = text;

    /// <summary>True for validation rules, which look at a save and not only at a record.</summary>
    public bool IsRule { get; init; }

    /// <summary>Blank numbers count as 0.</summary>
    public bool TreatsBlankAsZero { get; init; }

    public bool UsesToday { get; set; }

    public bool UsesNow { get; set; }

    public IReadOnlyList<FormulaPath> Paths => _paths;

    public FormatException Error(int position, string problem)
    {
        var before = Text.AsSpan(0, position);
        var line = before.Count('\n') + 1;
        var character = position - before.LastIndexOf('\n');
        return new FormatException(Text.Contains('\n', StringComparison.Ordinal)
            ? $"at line {line}, character {character}: {problem}." : $"at character {character}: {problem}.");
    }

    /// <summary>A field by its path: relationships, then the field's name.</summary>
    public FormulaTerm Field(string path, int position)
    {
        if (path.StartsWith('$'))
            throw Error(position, $"{path} is a global value, and those are not supported");
        var steps = path.Split('.');
        if (steps.Length > LongestWay)
            throw Error(position, $"{path} goes over more than {LongestWay - 1} relationships");
        var current = type;
        var hops = new List<FieldKey>(steps.Length - 1);
        foreach (var step in steps[..^1])
        {
            hops.Add(Hop(current, step, position, out var parent));
            current = parent;
        }

        var ordinal = current.OrdinalOf(steps[^1]);
        if (ordinal < 0)
            throw Error(position, $"{steps[^1]} is no field of {current.Name}");
        var field = current.Fields[ordinal];
        if (FormulaValue.KindOf(field.Type) is not { } kind)
            throw Error(position, $"{path} is of type {field.Type}, which no formula reads");
        _paths.Add(new FormulaPath(hops, new FieldKey(current, ordinal)));
        return new FormulaTerm(kind, position, Reader(hops, ordinal, field, kind)) { IsField = true };
    }

    private FieldKey Hop(ObjectType from, string step, int position, out ObjectType parent)
    {
        // Owner:User names the object of a reference that points to several.
        var (name, wanted) = step.Split(':') is [var first, var second] ? (first, second) : (step, null);
        for (var ordinal = 0; ordinal < from.Fields.Count; ordinal++)
        {
            var field = from.Fields[ordinal];
            if (!name.Equals(field.RelationshipName, StringComparison.OrdinalIgnoreCase))
                continue;
            if (wanted is null && field.ReferenceTo.Count > 1)
            {
                throw Error(position,
                    $"{name} of {from.Name} points to several objects; expected one of them named, such as {name}:{field.ReferenceTo[0]}");
            }

            var target = wanted is null ? field.ReferenceTo[0]
                : field.ReferenceTo.FirstOrDefault(one => one.Equals(wanted, StringComparison.OrdinalIgnoreCase));
            parent = target is null ? throw Error(position, $"{name} of {from.Name} does not point to {wanted}")
                : findType(target) ?? throw Error(position, $"there is no object {target}");
            return new FieldKey(from, ordinal);
        }

        throw Error(position, $"{name} is no relationship of {from.Name}");
    }

    private Func<FormulaRow, object?> Reader(List<FieldKey> hops, int ordinal, Field field, FormulaKind kind)
    {
        var ways = hops.ConvertAll(hop => (hop.Ordinal, Type: hop.Type)).ToArray();
        var read = ways.Length == 0 ? row => row.Values[ordinal] : (Func<FormulaRow, object?>)(row =>
        {
            var values = row.Values;
            foreach (var (reference, _) in ways)
            {
                if (values[reference] is not string id || row.Parent(id) is not { } parent)
                    return null;
                values = parent;
            }

            return values.Length > ordinal ? values[ordinal] : null;
        });
        if (kind == FormulaKind.Boolean)
            return row => FormulaValue.Truth(read(row) is true);
        if (kind != FormulaKind.Number)
            return read;
        var isPercent = field.Type == FieldType.Percent;
        object? blank = TreatsBlankAsZero ? 0m : null;
        return row => FormulaValue.Number(read(row)) is { } number ? isPercent ? number / 100 : number : blank;
    }
}
