using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>Checks a parsed statement against the org's objects and makes it ready to run. Source: salesforce-api.md, section 4.</summary>
internal sealed class QueryBinder
{
    private const int MostJoins = 55;
    private const int MostChildQueries = 20;
    private const int MostSemiJoins = 2;
    private const int DeepestChildren = 5;
    private const int FirstVersionOfGrandchildren = 58;

    private readonly SoqlQuery _query;
    private readonly QueryContext _context;
    private readonly ObjectTable _table;
    private readonly int _depth;
    private readonly PathResolver _resolver;
    private readonly ExpressionBinder _expressions;
    private readonly List<SemiJoin> _semiJoins = [];

    private QueryBinder(SoqlQuery query, QueryContext context, ObjectTable table, int depth)
    {
        _query = query;
        _context = context;
        _table = table;
        _depth = depth;
        _resolver = new PathResolver(query, context, table.Type);
        _expressions = new ExpressionBinder(query, _resolver);
    }

    /// <summary>Binds a statement to the committed records for a user with this access.</summary>
    public static BoundQuery Bind(SoqlQuery query, Org org, UserAccess access) =>
        Bind(query, new QueryContext { Org = org, Access = access, View = org.Committed });

    public static BoundQuery Bind(SoqlQuery query, QueryContext context)
    {
        var table = context.Org.FindTable(query.ObjectName);
        return table is not null && context.Access.CanSee(table.Type)
            ? new QueryBinder(query, context, table, depth: 0).Bind()
            : throw UnknownObject(query, query.ObjectName, query.ObjectPosition);
    }

    internal static ApiException UnknownObject(SoqlQuery query, string name, int position) =>
        SoqlFault.At(query.Text, position, SoqlFault.InvalidType,
            $"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c'"
            + " after the entity name. Please reference your WSDL or the describe call for the appropriate names.");

    private BoundQuery Bind()
    {
        var select = new SelectBinder(_query, _context, _resolver, _expressions, BindChildren);
        var groups = GroupBinder.IsAggregate(_query) ? new GroupBinder(_query, _expressions) : null;
        var shape = groups is null && !IsCount ? select.Bind() : null;
        var plan = groups?.Bind(having =>
            new ConditionCompiler(_query, groups.BindGrouped, RefuseSemiJoin, _context.Today).Compile(having));
        var where = CompileWhere();
        var order = groups?.BindOrder() ?? BindOrder();
        if (_resolver.Joins.Count > MostJoins)
        {
            throw Fault(0, SoqlFault.MalformedQuery,
                $"A query follows at most {MostJoins} relationships to parents; this one follows {_resolver.Joins.Count}.");
        }

        return new BoundQuery
        {
            Query = _query,
            Table = _table,
            View = _context.View,
            Columns = select.Columns,
            Groups = plan,
            Shape = shape ?? AggregateShape(plan?.Outputs ?? []),
            Joins = _resolver.Joins,
            Children = select.Children,
            OrderKeys = order,
            Where = where,
            SemiJoins = _semiJoins,
            Seek = RecordSeek.Of(_query.Where, _table, _resolver),
        };
    }

    private bool IsCount => _query.Select[0].Kind == SelectKind.CountRows;

    private ChildQuery BindChildren(SoqlQuery child)
    {
        var position = child.ObjectPosition;
        if (_depth > 0 && _context.Version < FirstVersionOfGrandchildren)
        {
            throw Fault(position, SoqlFault.MalformedQuery,
                $"Queries for children stand within each other from version {FirstVersionOfGrandchildren}.0 on.");
        }

        if (_depth == DeepestChildren || _query.Select.Count(item => item.Kind == SelectKind.Children) > MostChildQueries)
        {
            throw Fault(position, SoqlFault.MalformedQuery,
                $"A query has at most {MostChildQueries} queries for children, which stand within each other on at most {DeepestChildren}"
                + " levels.");
        }

        if (GroupBinder.IsAggregate(child) || child.Select[0].Kind == SelectKind.CountRows)
            throw Fault(position, SoqlFault.MalformedQuery, "Only root queries support aggregate expressions");

        var (table, ordinal) = FindChildren(child.ObjectName) ?? throw Fault(position, SoqlFault.InvalidType,
            $"Didn't understand relationship '{child.ObjectName}' in FROM part of query call. If you are attempting to use a custom"
            + " relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe"
            + " call for the appropriate names.");
        return new ChildQuery
        {
            Relationship = table.Type.Fields[ordinal].ChildRelationshipName ?? child.ObjectName,
            Query = new QueryBinder(child, _context, table, _depth + 1).Bind(),
            ReferenceOrdinal = ordinal,
        };
    }

    private (ObjectTable Table, int Ordinal)? FindChildren(string relationship)
    {
        foreach (var type in _context.Org.Types.Where(_context.Access.CanSee))
        {
            for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
            {
                var field = type.Fields[ordinal];
                if (relationship.Equals(field.ChildRelationshipName, StringComparison.OrdinalIgnoreCase)
                    && field.ReferenceTo.Contains(_table.Type.Name, StringComparer.OrdinalIgnoreCase)
                    && _context.Access.CanSee(type, field) && _context.Org.FindTable(type.Name) is { } table)
                {
                    return (table, ordinal);
                }
            }
        }

        return null;
    }

    private Func<object?[], bool>? CompileWhere()
    {
        var scope = BindScope();
        if (_query.Where is null)
            return scope;
        RefuseNestedSemiJoins(_query.Where, isTop: true);
        var where = new ConditionCompiler(_query, _expressions.Bind, BindSemiJoin, _context.Today).Compile(_query.Where);
        return scope is null ? where : values => scope(values) && where(values);
    }

    /// <summary>The rows that USING SCOPE leaves; null for all.</summary>
    private Func<object?[], bool>? BindScope()
    {
        if (_query.Scope is null || _query.Scope.Equals("everything", StringComparison.OrdinalIgnoreCase))
            return null;
        var owner = _table.Type.OrdinalOf("OwnerId");
        if (!_query.Scope.Equals("mine", StringComparison.OrdinalIgnoreCase) || owner < 0)
        {
            throw Fault(_query.ScopePosition, SoqlFault.MalformedQuery,
                $"{_table.Type.Name} has no scope '{_query.Scope}': expected everything{(owner < 0 ? "" : " or mine")}");
        }

        var user = _context.UserId;
        return values => values[owner] is string id && id == user;
    }

    private Func<object?[], bool> BindSemiJoin(SemiJoinCondition condition)
    {
        if (_semiJoins.Count == MostSemiJoins)
            throw Fault(condition.Left.Position, SoqlFault.MalformedQuery, $"Maximum {MostSemiJoins} semi join sub-selects are allowed");
        var left = _expressions.Bind(condition.Left);
        var join = SemiJoin.Bind(_query, condition, left, _context);
        _semiJoins.Add(join);
        var (read, isNegated) = (left.Read, condition.IsNegated);
        return values => join.Contains(read(values)) != isNegated;
    }

    private Func<object?[], bool> RefuseSemiJoin(SemiJoinCondition condition) =>
        throw Fault(condition.Left.Position, SoqlFault.MalformedQuery, "semi join sub-selects are not allowed in HAVING");

    private void RefuseNestedSemiJoins(ICondition condition, bool isTop)
    {
        switch (condition)
        {
            case SemiJoinCondition semiJoin when !isTop:
                throw Fault(semiJoin.Left.Position, SoqlFault.MalformedQuery,
                    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.");
            case LogicalCondition logical:
                foreach (var operand in logical.Operands)
                    RefuseNestedSemiJoins(operand, isTop && logical.IsConjunction);
                break;
            case NegatedCondition negated:
                RefuseNestedSemiJoins(negated.Operand, isTop: false);
                break;
        }
    }

    private List<OrderKey> BindOrder()
    {
        if (_query.OrderBy.Count > 0 && IsCount)
            throw Fault(_query.OrderBy[0].Value.Position, SoqlFault.MalformedQuery, "A count has no rows to order.");

        var keys = new List<OrderKey>();
        foreach (var item in _query.OrderBy)
        {
            var bound = _expressions.Bind(item.Value);
            if (!FieldRules.IsSortable(bound.Field))
            {
                throw Fault(item.Value.Position, SoqlFault.InvalidField,
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

    private ApiException Fault(int position, string errorCode, string reason) =>
        SoqlFault.At(_query.Text, position, errorCode, reason);

    private static RecordShape AggregateShape(IReadOnlyList<BoundField> outputs) => new()
    {
        Type = null,
        TypeName = "AggregateResult",
        Members =
        [
            .. outputs.Select((output, ordinal) => new ShapeMember { Name = JsonEncodedText.Encode(output.Name), Ordinal = ordinal }),
        ],
    };
}
