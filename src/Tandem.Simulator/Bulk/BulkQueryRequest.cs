using System.Text.Json;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk;

/// <summary>The body of a job's making, checked. Source: salesforce-api.md, section 3.2.</summary>
internal sealed record BulkQueryRequest
{
    public required bool IncludesDeleted { get; init; }

    public required string Query { get; init; }

    /// <summary>The delimiter's name on the wire.</summary>
    public required string DelimiterName { get; init; }

    public required byte Delimiter { get; init; }

    public required bool EndsLinesWithCarriageReturn { get; init; }

    public static BulkQueryRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw Invalid("A query job is made from a JSON object.");

        var delimiter = Member(body, "columnDelimiter") ?? "COMMA";
        if ((Member(body, "contentType") ?? "CSV") is not "CSV")
            throw Invalid("contentType of a query job is CSV.");
        return new BulkQueryRequest
        {
            IncludesDeleted = Member(body, "operation") switch
            {
                "query" => false,
                "queryAll" => true,
                _ => throw Invalid("operation of a query job is query or queryAll."),
            },
            Query = Member(body, "query") ?? throw Invalid("A query job needs the member query; it carries the SOQL statement."),
            DelimiterName = delimiter,
            Delimiter = delimiter switch
            {
                "BACKQUOTE" => (byte)'`',
                "CARET" => (byte)'^',
                "COMMA" => (byte)',',
                "PIPE" => (byte)'|',
                "SEMICOLON" => (byte)';',
                "TAB" => (byte)'\t',
                _ => throw Invalid("columnDelimiter is BACKQUOTE, CARET, COMMA, PIPE, SEMICOLON or TAB."),
            },
            EndsLinesWithCarriageReturn = (Member(body, "lineEnding") ?? "LF") switch
            {
                "LF" => false,
                "CRLF" => true,
                _ => throw Invalid("lineEnding is LF or CRLF."),
            },
        };
    }

    private static string? Member(JsonElement body, string name) =>
        body.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static ApiException Invalid(string sentence) => new(400, "INVALIDJOB", sentence);
}
