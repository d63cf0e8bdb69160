using System.Globalization;
using System.Text.Json;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Records;

namespace Tandem.Salesforce.Soql;

/// <summary>
/// Asks for changed records, and where needed for a second query and the delete log, in one call: a plain query, or a batch of requests
/// that run in their order. Source: salesforce-api.md, sections 2.6 to 2.8.
/// </summary>
public sealed class ChangesClient
{
    private readonly ApiConnection _connection;
    private readonly SoqlClient _soql;

    internal ChangesClient(ApiConnection connection)
    {
        _connection = connection;
        _soql = new SoqlClient(connection);
    }

    /// <summary>The caller disposes the answer.</summary>
    public async Task<ChangesAnswer> ReadAsync(ChangesQuestion question, CancellationToken cancellationToken)
    {
        if (question.IsPlain)
        {
            var page = await _soql.FirstPageAsync(question.Soql, question.IncludesDeleted, cancellationToken);
            return new ChangesAnswer { Changes = page };
        }

        List<string> paths = [];
        if (question.IdSoql is { } ids)
            paths.Add(SoqlClient.PathOf(_connection, ids, question.IncludesDeleted));
        paths.Add(SoqlClient.PathOf(_connection, question.Soql, question.IncludesDeleted));
        if (question.Deleted is var (start, end))
            paths.Add(RecordsClient.DeletedPath(_connection, question.ObjectName, start, end));
        using var request = ApiRequest.CreateJson(
            HttpMethod.Post, $"{_connection.Root}/composite/batch", writer => WriteBatch(writer, paths));
        request.MarkReadOnly();
        var document = await _connection.ReadAsync(request, cancellationToken);
        try
        {
            return Read(question, document, paths.Count);
        }
        catch (Exception exception)
        {
            document.Dispose();
            if (exception is JsonException or KeyNotFoundException or InvalidOperationException)
                throw SoqlClient.Unexpected(exception);
            throw;
        }
    }

    private static void WriteBatch(Utf8JsonWriter writer, List<string> paths)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("haltOnError", false);
        writer.WriteStartArray("batchRequests");
        foreach (var path in paths)
        {
            writer.WriteStartObject();
            writer.WriteString("method", "GET");
            writer.WriteString("url", path["/services/data/".Length..]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ChangesAnswer Read(ChangesQuestion question, ApiDocument document, int expected)
    {
        var results = document.Root.RequiredArray("results");
        if (results.GetArrayLength() != expected)
            throw new JsonException("The batch does not answer each of its requests.");
        var at = 0;
        QueryPage? ids = null;
        if (question.IdSoql is not null)
        {
            Check(results[at], "a query of ids");
            ids = new QueryPage(null, results[at++].GetProperty("result").Clone());
        }

        var changes = results[at++];
        Check(changes, "a query");
        DeletedRecords? deleted = null;
        var isTooShort = false;
        if (question.Deleted is not null)
        {
            var log = results[at];
            isTooShort = ErrorOf(log)?.Code == SalesforceErrorCodes.InvalidReplicationDate;
            if (!isTooShort)
            {
                Check(log, "a reading of the delete log");
                deleted = RecordsClient.ReadDeleted(log.GetProperty("result"));
            }
        }

        return new ChangesAnswer
        {
            Changes = new QueryPage(document, changes.GetProperty("result")),
            Ids = ids,
            Deleted = deleted,
            IsLogTooShort = isTooShort,
        };
    }

    private static ErrorBody? ErrorOf(JsonElement result) =>
        result.Number("statusCode") is >= 200 and < 300 ? null : ErrorBody.From(result.GetProperty("result"));

    private static void Check(JsonElement result, string what)
    {
        if (ErrorOf(result) is not { } error)
            return;
        var status = result.Number("statusCode");
        var code = error.Code ?? SalesforceErrorCodes.ForStatus(status);
        throw new SalesforceException(
            code, string.Create(CultureInfo.InvariantCulture, $"Salesforce answered {what} within a batch with {status} {code}."))
        {
            Status = status,
            Detail = error.Message,
        };
    }
}
