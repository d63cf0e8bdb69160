using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>Checks a parsed statement against the org's objects and makes it ready to run. Source: salesforce-api.md, section 4.</summary>
internal sealed class QueryBinder
{
    private const int LargestFieldsLimit = 200;
    private const int MostJoins = 55;

    private readonly SoqlQuery _query;
    private readonly ObjectTable _table;
    private readonly PathResolver _resolver;
    private readonly ConditionCompiler _conditions;

    private QueryBinder(SoqlQuery query, Org org, ObjectTable table)
    {
        _query = query;
        _table = table;
        _resolver = new PathResolver(query, org, table.Type);
        _conditions = new ConditionCompiler(query, _resolver, DateOnly.FromDateTime(org.TimeProvider.GetUtcNow().UtcDateTime));
    }

    public static BoundQuery Bind(SoqlQuery query, Org org)
    {
        var table = org.FindTable(query.ObjectName) ?? throw SoqlFault.At(query.Text, query.ObjectPosition, SoqlFault.InvalidType,
            $"sObject type '{query.ObjectName}' is not supported. If you are attempting to use a custom object, be sure to append the '__c'"
            + " after the entity name. Please reference your WSDL or the describe call for the appropriate names.");
        return new QueryBinder(query, org, table).Bind();
    }

    private BoundQuery Bind()
    {
        var aggregates = BindAggregates();
        var columns = aggregates.Count > 0 || _query.Select[0].Kind == SelectKind.CountRows ? [] : BindColumns();
        var where = _query.Where is null ? null : _conditions.Compile(_query.Where);
        var ids = _conditions.FindIds(_query.Where);
        var order = BindOrder(aggregates.Count > 0);
        if (_resolver.Joins.Count > MostJoins)
        {
            throw SoqlFault.At(_query.Text, 0, SoqlFault.MalformedQuery,
                $"A query follows at most {MostJoins} relationships to parents; this one follows {_resolver.Joins.Count}.");
        }

        return new BoundQuery
        {
            Query = _query,
            Table = _table,
            Columns = columns,
            Aggregates = aggregates,
            Shape = aggregates.Count > 0 ? AggregateShape(aggregates) : RowShape(columns),
            Joins = _resolver.Joins,
            OrderKeys = order,
            Where = where,
            Ids = ids,
        };
    }

    private List<Aggregate> BindAggregates()
    {
        var aggregates = new List<Aggregate>();
        if (!_query.Select.Any(item => item.IsAggregate))
            return aggregates;

        if ((_query.Limit ?? _query.Offset) is not null)
        {
            throw SoqlFault.At(
                _query.Text, _query.Select[0].Position, SoqlFault.MalformedQuery, "An aggregate without GROUP BY takes no LIMIT.");
        }

        var unnamed = 0;
        foreach (var item in _query.Select)
        {
            if (!item.IsAggregate || item.Path is null)
            {
                throw SoqlFault.At(_query.Text, item.Position, SoqlFault.MalformedQuery,
                    $"Field must be grouped or aggregated: {item.Path?.ToString() ?? "FIELDS"}");
            }

            var field = _resolver.Resolve(item.Path);
            if (!IsAggregatable(item.Kind, field.Field))
            {
                throw SoqlFault.At(_query.Text, item.Position, SoqlFault.MalformedQuery,
                    $"field {field.Field.Name} does not support aggregate operator {item.Kind.ToString().ToUpperInvariant()}");
            }

            aggregates.Add(new Aggregate { Kind = item.Kind, Field = field, Name = item.Alias ?? $"expr{unnamed++}" });
        }

        return aggregates;
    }

    private static bool IsAggregatable(SelectKind kind, Field field) => kind switch
    {
        SelectKind.Sum or SelectKind.Average =>
            field.Type is FieldType.Int or FieldType.Long or FieldType.Double or FieldType.Currency or FieldType.Percent,
        _ => IsSortable(field) && (kind == SelectKind.Count || field.Type != FieldType.Boolean),
    };

    private List<BoundField> BindColumns()
    {
        var columns = new List<BoundField>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in _query.Select)
        {
            foreach (var field in item.Path is { } path ? [_resolver.Resolve(path)] : ExpandFields(item))
            {
                if (!names.Add(field.Name))
                    throw SoqlFault.At(_query.Text, item.Position, SoqlFault.InvalidField, $"duplicate field selected: {field.Name}");
                columns.Add(field);
            }
        }

        return columns;
    }

    private IEnumerable<BoundField> ExpandFields(SelectItem item)
    {
        if (item.Kind != SelectKind.StandardFields && _query.Limit is null or > LargestFieldsLimit)
        {
            throw SoqlFault.At(_query.Text, item.Position, SoqlFault.MalformedQuery,
                $"The SOQL FIELDS function must have a LIMIT of at most {LargestFieldsLimit}");
        }

        var fields = _table.Type.Fields;
        return Enumerable.Range(0, fields.Count)
            .Where(ordinal => item.Kind == SelectKind.AllFields || fields[ordinal].IsCustom == (item.Kind == SelectKind.CustomFields))
            .Select(_resolver.Own);
    }

    private List<OrderKey> BindOrder(bool isAggregate)
    {
        if (_query.OrderBy.Count > 0 && (isAggregate || _query.Select[0].Kind == SelectKind.CountRows))
        {
            throw SoqlFault.At(_query.Text, _query.OrderBy[0].Path.Position, SoqlFault.MalformedQuery,
                "A count or an aggregate has no rows to order.");
        }

        var keys = new List<OrderKey>();
        foreach (var item in _query.OrderBy)
        {
            var bound = _resolver.Resolve(item.Path);
            if (!IsSortable(bound.Field))
            {
                throw SoqlFault.At(_query.Text, item.Path.Position, SoqlFault.InvalidField,
                    $"field '{bound.Field.Name}' can not be sorted in a query call");
            }

            keys.Add(new OrderKey
            {
                Read = bound.Read,
                Type = bound.Field.Type,
                IsDescending = item.IsDescending,
                AreNullsLast = item.AreNullsLast,
                PicklistValues = bound.Field.Type == FieldType.Picklist ? bound.Field.PicklistValues : [],
            });
        }

        // The platform leaves ties and unordered queries open; the id makes each run of the same query the same.
        keys.Add(new OrderKey { Read = static values => values[0], Type = FieldType.Id });
        return keys;
    }

    private static bool IsSortable(Field field) => field.IsSortable && !field.IsCompound
        && field.Type is not (FieldType.MultiPicklist or FieldType.EncryptedString or FieldType.Base64);

    private RecordShape RowShape(IReadOnlyList<BoundField> columns)
    {
        var builder = new ShapeBuilder(_table.Type, _resolver.Joins);
        foreach (var column in columns)
            builder.Add(column);
        return builder.Build();
    }

    private static RecordShape AggregateShape(IReadOnlyList<Aggregate> aggregates) => new()
    {
        Type = null,
        TypeName = "AggregateResult",
        Members =
        [
            .. aggregates.Select(
                (aggregate, ordinal) => new ShapeMember { Name = JsonEncodedText.Encode(aggregate.Name), Ordinal = ordinal }),
        ],
    };
}
