namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// All formula fields and roll-up summaries of an org and what each reads, so that a save finds what it makes stale. Circles are refused.
/// Built when metadata is loaded and whenever it changes; immutable.
/// </summary>
internal sealed class FieldGraph
{
    private readonly Dictionary<FieldKey, ComputedField> _fields = [];
    private readonly Dictionary<FieldKey, List<Dependent>> _dependents = [];
    private readonly Dictionary<ObjectType, List<ComputedField>> _rollUps = [];
    private readonly Dictionary<ObjectType, List<ComputedField>> _formulas = [];
    private readonly Dictionary<ObjectType, List<int>> _watched = [];
    private readonly HashSet<ObjectType> _summed = [];
    private readonly Dictionary<ObjectType, List<ComputedField>> _sums = [];

    /// <exception cref="ComputedFieldException">A formula or a roll-up is wrong, or they stand in a circle.</exception>
    public FieldGraph(IEnumerable<ObjectType> types)
    {
        var byName = new Dictionary<string, ObjectType>(StringComparer.OrdinalIgnoreCase);
        foreach (var type in types)
            byName[type.Name] = type;
        foreach (var type in byName.Values)
        {
            for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
            {
                if (type.Fields[ordinal].IsCalculated)
                    Add(Bind(new FieldKey(type, ordinal), name => byName.GetValueOrDefault(name)));
            }
        }

        foreach (var field in _fields.Values)
            Level(field, []);
        foreach (var field in _fields.Values.Where(field => field.RollUp is not null))
            CheckRollUp(field);
        InOrder = [.. _fields.Values.OrderBy(field => field.Level)];
        FarReaching = [.. InOrder.Where(IsFarReaching)];
        foreach (var field in InOrder.Where(field => field.Formula is not null))
            ListOf(_formulas, field.Key.Type).Add(field);
    }

    /// <summary>All computed fields, each after those that it reads.</summary>
    public IReadOnlyList<ComputedField> InOrder { get; }

    /// <summary>Those of them that read other records too, at once or through a field that does.</summary>
    public IReadOnlyList<ComputedField> FarReaching { get; }

    /// <summary>True when a change of the object's records can make a computed field stale.</summary>
    public bool IsWatched(ObjectType type) => _watched.ContainsKey(type) || _summed.Contains(type);

    /// <summary>The object's fields that formulas read.</summary>
    public IReadOnlyList<int> WatchedOrdinals(ObjectType type) => _watched.GetValueOrDefault(type) ?? [];

    /// <summary>The formulas that read this field.</summary>
    public IReadOnlyList<Dependent> DependentsOf(FieldKey key) => _dependents.GetValueOrDefault(key) ?? [];

    /// <summary>The roll-ups over records of this object.</summary>
    public IReadOnlyList<ComputedField> RollUpsOver(ObjectType child) => _rollUps.GetValueOrDefault(child) ?? [];

    /// <summary>The object's own formulas, each after those that it reads.</summary>
    public IReadOnlyList<ComputedField> FormulasOf(ObjectType type) => _formulas.GetValueOrDefault(type) ?? [];

    /// <summary>The object's own roll-ups.</summary>
    public IReadOnlyList<ComputedField> RollUpsOf(ObjectType master) => _sums.GetValueOrDefault(master) ?? [];

    private static ComputedField Bind(FieldKey key, Func<string, ObjectType?> findType)
    {
        var field = key.Field;
        try
        {
            if (field.RollUp is { } rollUp)
                return new ComputedField(key, null, RollUpPlan.Bind(key.Type, field, rollUp, findType));
            var formula = FormulaParser.Parse(field.Formula ?? "", key.Type, findType, field.TreatsBlankAsZero);
            if (formula.Kind != FormulaKind.Blank && formula.Kind != FormulaValue.ResultOf(field.Type))
                throw new FormatException($"it gives a {FormulaParser.Name(formula.Kind)}, and the field is of type {field.Type}.");
            return new ComputedField(key, formula, null);
        }
        catch (FormatException exception)
        {
            throw new ComputedFieldException(key, field.RollUp is null ? "formula" : "rollUp", exception.Message);
        }
    }

    private void Add(ComputedField field)
    {
        _fields[field.Key] = field;
        if (field.RollUp is { } rollUp)
        {
            ListOf(_rollUps, rollUp.Child).Add(field);
            _summed.Add(rollUp.Child);
            ListOf(_sums, field.Key.Type).Add(field);
        }

        foreach (var path in field.Formula?.Paths ?? [])
        {
            for (var hop = 0; hop < path.Hops.Count; hop++)
                Watch(path.Hops[hop], new Dependent(field, [.. path.Hops.Take(hop)]));
            Watch(path.Target, new Dependent(field, path.Hops));
        }
    }

    private void Watch(FieldKey key, Dependent dependent)
    {
        var dependents = ListOf(_dependents, key);
        if (dependents.Count == 0)
            ListOf(_watched, key.Type).Add(key.Ordinal);
        dependents.Add(dependent);
    }

    private void Level(ComputedField field, List<ComputedField> way)
    {
        if (field.Level > 0)
            return;
        if (way.Contains(field))
        {
            var circle = string.Join(" -> ", way.SkipWhile(one => !ReferenceEquals(one, field)).Append(field).Select(one => one.Key));
            throw new ComputedFieldException(field.Key, field.RollUp is null ? "formula" : "rollUp", $"it depends on itself: {circle}.");
        }

        way.Add(field);
        var level = 0;
        foreach (var source in field.Sources())
        {
            if (!_fields.TryGetValue(source, out var read))
                continue;
            Level(read, way);
            level = Math.Max(level, read.Level);
        }

        way.RemoveAt(way.Count - 1);
        field.Level = level + 1;
    }

    /// <summary>A sum is stored by saves of children alone, so it must not read what changes without one.</summary>
    private void CheckRollUp(ComputedField field)
    {
        foreach (var source in field.Sources())
        {
            if (!ReferenceEquals(source.Type, field.RollUp?.Child) || IsUnsteady(source))
            {
                throw new ComputedFieldException(field.Key, "rollUp",
                    $"{source} changes with other records or with time, so no roll-up can read it.");
            }
        }

        if (field.RollUp?.Filter is { } filter && (filter.UsesNow || filter.UsesToday || filter.Paths.Any(path => path.Hops.Count > 0)))
            throw new ComputedFieldException(field.Key, "rollUp", "its filter changes with other records or with time.");
    }

    private bool IsFarReaching(ComputedField field) => field.RollUp is not null || field.Formula?.Paths.Any(path =>
        path.Hops.Count > 0 || (_fields.TryGetValue(path.Target, out var read) && IsFarReaching(read))) == true;

    private bool IsUnsteady(FieldKey key) => _fields.TryGetValue(key, out var read) && read.Formula is { } formula
        && (formula.UsesNow || formula.UsesToday || formula.Paths.Any(path => path.Hops.Count > 0 || IsUnsteady(path.Target)));

    private static List<T> ListOf<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        return list;
    }
}
