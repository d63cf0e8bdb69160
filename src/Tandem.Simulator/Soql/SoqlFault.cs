using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Builds the answers to statements that cannot run: the line, a caret below the place, row and column, then the reason.
/// Source: salesforce-api.md, section 4, "Errors".
/// </summary>
internal static class SoqlFault
{
    public const string MalformedQuery = "MALFORMED_QUERY";
    public const string InvalidField = "INVALID_FIELD";
    public const string InvalidType = "INVALID_TYPE";
    public const string InvalidFilterOperator = "INVALID_QUERY_FILTER_OPERATOR";

    private const int LongestLine = 160;
    private const int CharactersBefore = 60;

    public static ApiException Unexpected(string statement, Token token) =>
        At(statement, token.Position, MalformedQuery, $"unexpected token: '{(token.Kind == TokenKind.End ? "<EOF>" : token.Text)}'");

    public static ApiException At(string statement, int position, string errorCode, string reason)
    {
        var lineStart = position == 0 ? 0 : statement.LastIndexOf('\n', position - 1) + 1;
        var lineEnd = statement.IndexOf('\n', position);
        if (lineEnd < 0)
            lineEnd = statement.Length;

        var row = statement.AsSpan(0, lineStart).Count('\n') + 1;
        var column = position - lineStart + 1;

        // A statement may have 100,000 characters on one line: the answer shows the neighbourhood only.
        var shownStart = lineEnd - lineStart > LongestLine ? Math.Max(lineStart, position - CharactersBefore) : lineStart;
        var shownEnd = Math.Min(lineEnd, shownStart + LongestLine);
        var line = statement[shownStart..shownEnd].TrimEnd('\r');
        var caret = new string(' ', position - shownStart) + "^";
        return new ApiException(400, errorCode, $"\n{line}\n{caret}\nERROR at Row:{row}:Column:{column}\n{reason}");
    }
}
