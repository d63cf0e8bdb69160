using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk;

/// <summary>A statement for a Bulk query: bound as any other, less what Bulk cannot answer. Both versions of the API use it.
/// Source: salesforce-api.md, section 3.2.</summary>
internal static class BulkStatement
{
    private static readonly string[] Aggregates = ["COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"];

    /// <exception cref="ApiException">The statement is refused.</exception>
    public static BoundQuery Bind(string statement, Org org, Caller caller)
    {
        RefuseForms(SoqlLexer.Read(statement));
        var query = QueryBinder.Bind(SoqlParser.Parse(statement), QueryContext.Of(org, caller));
        var type = query.Table.Type;
        if (!BulkObjects.Supports(type) || !org.AccessOf(caller.UserId).CanSee(type))
            throw BulkObjects.Refuse(type.Name);
        if (query.Query.Select.Any(item => item.Kind is SelectKind.AllFields or SelectKind.CustomFields))
            throw Refusal("FIELDS(ALL) and FIELDS(CUSTOM) not supported in Bulk Query");
        if (query.Columns.Any(column => column.Field.IsCompound))
            throw Refusal("Selecting compound data not supported in Bulk Query");
        if (query.Columns.Any(column => column.Field.Type == FieldType.Base64))
            throw Refusal("Selecting base64 data not supported in Bulk Query");
        return query;
    }

    /// <summary>Refuses by the words alone, whatever else is wrong with the statement.</summary>
    private static void RefuseForms(List<Token> tokens)
    {
        var isSelecting = true;
        for (var at = 0; at < tokens.Count - 1; at++)
        {
            var (token, next) = (tokens[at], tokens[at + 1]);
            if (isSelecting && token.IsSymbol("(") && next.IsWord("SELECT"))
                throw Refusal("Aggregate Relationships not supported in Bulk Query");
            if (isSelecting && token.IsWord("TYPEOF"))
                throw Refusal("TYPEOF not supported in Bulk Query");
            if (isSelecting && next.IsSymbol("(") && Aggregates.Any(token.IsWord))
                throw Refusal("Aggregate functions not supported in Bulk Query");
            isSelecting &= !token.IsWord("FROM");
            if (!isSelecting && token.IsWord("GROUP") && next.IsWord("BY"))
                throw Refusal("GROUP BY not supported in Bulk Query");
            if (!isSelecting && token.IsWord("OFFSET") && next.Kind == TokenKind.Figure)
                throw Refusal("OFFSET not supported in Bulk Query");
        }
    }

    private static ApiException Refusal(string sentence) => new(400, "API_ERROR", sentence);
}
