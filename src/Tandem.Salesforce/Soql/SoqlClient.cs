using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Soql;

/// <summary>
/// Runs SOQL over REST. A page may be short: only <see cref="QueryPage.IsLast"/> ends a result. A query too long for an address travels in
/// the body of a Composite request. Source: salesforce-api.md, sections 2.6 and 2.8.
/// </summary>
public sealed class SoqlClient
{
    /// <summary>Address and headers share 16,384 bytes; tokens and the other headers may take up to 4 KB of them (section 0).</summary>
    private const int LongestPath = 12 * 1024;

    /// <summary>Source: salesforce-api.md, section 4.</summary>
    private const int LongestStatement = 100_000;

    private readonly ApiConnection _connection;

    internal SoqlClient(ApiConnection connection) => _connection = connection;

    /// <summary>
    /// The pages of a result, fetched as they are asked for; the caller disposes each. A cursor that Salesforce dropped throws with the
    /// code INVALID_QUERY_LOCATOR: the query must then start anew.
    /// </summary>
    public async IAsyncEnumerable<QueryPage> QueryAsync(
        string soql,
        bool includeDeleted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = await FirstPageAsync(soql, includeDeleted, cancellationToken);
        await foreach (var next in ContinueAsync(page, cancellationToken))
            yield return next;
    }

    /// <summary>
    /// The given page and those behind it; for a query whose first page was read by itself or by <see cref="ChangesClient"/>.
    /// </summary>
    public async IAsyncEnumerable<QueryPage> ContinueAsync(
        QueryPage page, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // The page is the consumer's once it is yielded, so what the next step needs is taken before.
            var next = page.IsLast ? null : page.NextRecordsPath;
            yield return page;
            if (next is null)
                yield break;
            page = await NextPageAsync(next, cancellationToken);
        }
    }

    /// <summary>The number that <c>SELECT COUNT() ..</c> answers.</summary>
    public async Task<int> CountAsync(string soql, CancellationToken cancellationToken)
    {
        using var page = await FirstPageAsync(soql, includeDeleted: false, cancellationToken);
        return page.TotalSize;
    }

    /// <summary>
    /// The live records whose field has this value: at most one when the field is a unique external id. The caller disposes the page.
    /// </summary>
    public Task<QueryPage> FindAsync(
        string objectName, IReadOnlyList<string> fields, string keyField, string key, CancellationToken cancellationToken) =>
        FirstPageAsync(
            $"SELECT {string.Join(',', fields.Select(SoqlText.Identifier))} FROM {SoqlText.Identifier(objectName)}"
            + $" WHERE {SoqlText.Identifier(keyField)} = {SoqlText.Literal(key)}",
            includeDeleted: false,
            cancellationToken);

    /// <summary>The first page of a result, which tells how many rows there are in all. The caller disposes it.</summary>
    public async Task<QueryPage> FirstPageAsync(string soql, bool includeDeleted, CancellationToken cancellationToken)
    {
        var path = PathOf(_connection, soql, includeDeleted);
        return path.Length <= LongestPath
            ? await NextPageAsync(path, cancellationToken)
            : await CompositePageAsync(path, cancellationToken);
    }

    /// <summary>Where a query is asked; as an address, or within the body of a call when it is too long for one.</summary>
    internal static string PathOf(ApiConnection connection, string soql, bool includeDeleted)
    {
        if (soql.Length > LongestStatement)
        {
            throw new SalesforceException(
                SalesforceErrorCodes.SoqlTooLong,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A query may have at most {LongestStatement} characters, found {soql.Length}; ask for less at once."));
        }

        return $"{connection.Root}/{(includeDeleted ? "queryAll" : "query")}?q={Uri.EscapeDataString(soql)}";
    }

    private async Task<QueryPage> NextPageAsync(string path, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, path);
        var document = await _connection.ReadAsync(request, cancellationToken);
        return ToPage(document, document.Root);
    }

    private async Task<QueryPage> CompositePageAsync(string path, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.CreateJson(HttpMethod.Post, $"{_connection.Root}/composite", writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("allOrNone", false);
            writer.WriteStartArray("compositeRequest");
            writer.WriteStartObject();
            writer.WriteString("method", "GET");
            writer.WriteString("url", path);
            writer.WriteString("referenceId", "query");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        request.MarkReadOnly();
        var document = await _connection.ReadAsync(request, cancellationToken);
        try
        {
            var answer = document.Root.RequiredArray("compositeResponse").EnumerateArray().First();
            var status = answer.Number("httpStatusCode");
            var body = answer.GetProperty("body");
            if (status is >= 200 and < 300)
                return ToPage(document, body);
            var error = ErrorBody.From(body);
            var code = error.Code ?? SalesforceErrorCodes.ForStatus(status);
            throw new SalesforceException(
                code,
                string.Create(CultureInfo.InvariantCulture, $"{request.RequestUri?.Authority} answered a query with {status} {code}."))
            {
                Status = status,
                Detail = error.Message,
            };
        }
        catch (Exception exception)
        {
            document.Dispose();
            if (exception is JsonException or KeyNotFoundException or InvalidOperationException)
                throw Unexpected(exception);
            throw;
        }
    }

    private static QueryPage ToPage(ApiDocument document, JsonElement result)
    {
        try
        {
            return new QueryPage(document, result);
        }
        catch (JsonException exception)
        {
            document.Dispose();
            throw Unexpected(exception);
        }
    }

    internal static SalesforceException Unexpected(Exception inner) => new(
        SalesforceErrorCodes.UnexpectedAnswer,
        "Salesforce answered a query in an unexpected form: totalSize, done, records and nextRecordsUrl were expected.",
        inner);
}
