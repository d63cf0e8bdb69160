using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Binds what an aggregate query says of its groups: keys, aggregates, HAVING, ORDER BY, the names in the answer.
/// Used by <see cref="QueryBinder"/>. Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class GroupBinder
{
    private const int MostSubtotalKeys = 3;

    private readonly SoqlQuery _query;
    private readonly ExpressionBinder _rows;
    private readonly List<BoundField> _keys = [];
    private readonly List<Aggregate> _aggregates = [];

    public GroupBinder(SoqlQuery query, ExpressionBinder rows)
    {
        _query = query;
        _rows = rows;
        foreach (var key in query.Grouping?.Keys ?? [])
            _keys.Add(BindKey(key));
        if (query.Grouping is { Kind: not GroupingKind.Plain, Keys: [var first, ..] } && _keys.Count > MostSubtotalKeys)
            throw Fault(first.Position, SoqlFault.MalformedQuery, $"GROUP BY ROLLUP and CUBE take at most {MostSubtotalKeys} fields");
    }

    public static bool IsAggregate(SoqlQuery query) => query.Grouping is not null
        || query.Select.Any(item => item.Value is { } value && (value.IsAggregate || value is { Function: { } function }
            && FunctionNames.IsDatePart(function)));

    /// <summary>The plan; <paramref name="compile"/> compiles HAVING over groups.</summary>
    public GroupPlan Bind(Func<ICondition, Func<object?[], bool>> compile)
    {
        if (_query.Grouping is null && (_query.Limit ?? _query.Offset) is not null)
        {
            throw Fault(_query.Select[0].Position, SoqlFault.MalformedQuery,
                "Non-grouped query that uses overall aggregate functions cannot also use LIMIT");
        }

        // Aggregates join the list while these are bound, and the plan is whole only after them.
        var outputs = BindOutputs();
        var having = _query.Having is null ? null : compile(_query.Having);
        return new GroupPlan
        {
            Keys = _keys,
            Sets = Sets(_query.Grouping?.Kind ?? GroupingKind.Plain, _keys.Count),
            Aggregates = _aggregates,
            Outputs = outputs,
            Having = having,
        };
    }

    public List<OrderKey> BindOrder()
    {
        var keys = _query.OrderBy.Select(item =>
        {
            var bound = Bind(item.Value, "Ordered field must be grouped or aggregated");
            return new OrderKey
            {
                Read = bound.Read,
                Type = bound.Field.Type,
                IsDescending = item.IsDescending,
                AreNullsLast = item.AreNullsLast,
                PicklistValues = bound.Field.Type == FieldType.Picklist ? bound.Field.PicklistValues : [],
            };
        }).ToList();

        // Groups come in the order of their keys where the statement leaves it open, subtotals after what they add up.
        for (var place = 0; place < _keys.Count; place++)
        {
            var (key, flag) = (place, _keys.Count + place);
            keys.Add(new OrderKey { Read = group => group[flag], Type = FieldType.Int });
            keys.Add(new OrderKey { Read = group => group[key], Type = _keys[place].Field.Type });
        }

        return keys;
    }

    /// <summary>Binds a value of HAVING.</summary>
    public BoundField BindGrouped(Expression expression) => Bind(expression, "Field must be grouped or aggregated");

    private BoundField BindKey(Expression key)
    {
        if (key.IsAggregate)
            throw Fault(key.Position, SoqlFault.MalformedQuery, $"{key} cannot be grouped: it is an aggregate");
        var bound = _rows.Bind(key);
        return FieldRules.IsGroupable(bound.Field) ? bound : throw Fault(key.Position, SoqlFault.InvalidField,
            $"field '{bound.Field.Name}' can not be grouped in a query call");
    }

    private List<BoundField> BindOutputs()
    {
        var outputs = new List<BoundField>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var unnamed = 0;
        foreach (var item in _query.Select)
        {
            if (item.Value is not { } value)
            {
                throw Fault(item.Position, SoqlFault.MalformedQuery, item.Kind == SelectKind.CountRows
                    ? "Grouped query cannot use COUNT(), use COUNT(Id)" : "Field must be grouped or aggregated: " + NameOf(item));
            }

            var bound = Bind(value, "Field must be grouped or aggregated");
            var name = item.Alias ?? (value.Path is null ? null : bound.Field.Name);
            if (!names.Add(name ??= $"expr{unnamed++}"))
                throw Fault(item.Position, SoqlFault.MalformedQuery, $"duplicate alias: {name}");
            outputs.Add(bound with { Alias = name });
        }

        return outputs;
    }

    private static string NameOf(SelectItem item) => item.Kind switch
    {
        SelectKind.Children => "a query for children",
        SelectKind.TypeOf => "TYPEOF",
        _ => "FIELDS",
    };

    private BoundField Bind(Expression expression, string complaint)
    {
        if (expression is { Function: SoqlFunction.Grouping, Argument: { } divided })
        {
            var key = KeyOf(divided) ?? throw Fault(expression.Position, SoqlFault.MalformedQuery, $"{complaint}: {divided}");
            return At(_keys.Count + key, new Field { Name = expression.ToString(), Type = FieldType.Int }, _keys[key].Owner);
        }

        if (expression is { Function: { } function, Argument: { } argument } && FunctionNames.IsAggregate(function))
            return BindAggregate(expression, function, argument);
        if (KeyOf(expression) is { } place)
            return At(place, _keys[place].Field, _keys[place].Owner);
        return expression is { Function: SoqlFunction.Format or SoqlFunction.ToLabel or SoqlFunction.ConvertCurrency, Argument: { } shown }
            ? _rows.Show(expression, Bind(shown, complaint))
            : throw Fault(expression.Position, SoqlFault.MalformedQuery, $"{complaint}: {expression}");
    }

    /// <summary>The key that an expression names; null when rows are not put together by it.</summary>
    private int? KeyOf(Expression expression)
    {
        if (expression.IsAggregate || expression.Function == SoqlFunction.Format)
            return null;
        var name = _rows.Bind(expression).Name;
        var place = _keys.FindIndex(key => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return place >= 0 ? place : null;
    }

    private BoundField BindAggregate(Expression expression, SoqlFunction function, Expression argument)
    {
        var field = _rows.Bind(argument);
        if (!Takes(function, field.Field))
        {
            throw Fault(expression.Position, SoqlFault.MalformedQuery,
                $"field {field.Field.Name} does not support aggregate operator {FunctionNames.NameOf(function)}");
        }

        var place = (2 * _keys.Count) + _aggregates.Count;
        _aggregates.Add(new Aggregate { Function = function, Field = field });
        return At(place, ResultOf(expression, function, field.Field), field.Owner);
    }

    private static bool Takes(SoqlFunction aggregate, Field field) => aggregate switch
    {
        SoqlFunction.Sum or SoqlFunction.Average => FieldRules.IsNumber(field),
        SoqlFunction.Count or SoqlFunction.CountDistinct => FieldRules.IsSortable(field),
        _ => FieldRules.IsSortable(field) && field.Type != FieldType.Boolean,
    };

    private static Field ResultOf(Expression expression, SoqlFunction function, Field field) => function switch
    {
        SoqlFunction.Count or SoqlFunction.CountDistinct => new Field { Name = expression.ToString(), Type = FieldType.Int },
        SoqlFunction.Sum or SoqlFunction.Average when field.Type != FieldType.Currency =>
            new Field { Name = expression.ToString(), Type = FieldType.Double, Scale = field.Scale },
        _ => field,
    };

    private static BoundField At(int place, Field field, ObjectType owner) =>
        new() { Field = field, Owner = owner, Hops = [], Sources = [], Read = group => group[place] };

    private static List<IReadOnlyList<bool>> Sets(GroupingKind kind, int keys)
    {
        var sets = new List<IReadOnlyList<bool>>();
        for (var omitted = 0; omitted < 1 << keys; omitted++)
        {
            // Bits count from the last key, so that a roll-up leaves out the last keys first.
            var set = Enumerable.Range(0, keys).Select(place => (omitted >> (keys - 1 - place) & 1) == 0).ToArray();
            var isRollup = set.SequenceEqual(set.OrderByDescending(isKept => isKept));
            if (kind == GroupingKind.Cube || (kind == GroupingKind.Rollup ? isRollup : omitted == 0))
                sets.Add(set);
        }

        return sets;
    }

    private ApiException Fault(int position, string errorCode, string reason) =>
        SoqlFault.At(_query.Text, position, errorCode, reason);
}
