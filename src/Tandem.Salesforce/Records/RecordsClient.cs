using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Soql;

namespace Tandem.Salesforce.Records;

/// <summary>
/// Writes and reads up to 200 rows in one call by the Collections resources, each row for itself (allOrNone is false): the call succeeds
/// although rows are rejected. Rows that share a key in one call are all rejected, so callers fold changes first.
/// Without options, assignment rules are off: the database decides who owns a row. Source: salesforce-api.md, sections 2.7, 2.8 and 9.2.
/// </summary>
public sealed class RecordsClient
{
    /// <summary>Rows in one write.</summary>
    public const int MostWrites = 200;

    /// <summary>Rows in one retrieve.</summary>
    public const int MostReads = 2000;

    private readonly ApiConnection _connection;
    private readonly WriteOptions _options;

    internal RecordsClient(ApiConnection connection, WriteOptions options)
    {
        _connection = connection;
        _options = options;
    }

    /// <summary>The same for writes with other options.</summary>
    public RecordsClient With(WriteOptions options) => new(_connection, options);

    public Task<IReadOnlyList<WriteResult>> CreateAsync(
        string objectName,
        IReadOnlyList<JsonObject> records,
        CancellationToken cancellationToken)
        => WriteAsync(HttpMethod.Post, "", objectName, records, static record => (null, record), isCreate: true, cancellationToken);

    public Task<IReadOnlyList<WriteResult>> UpdateAsync(
        string objectName,
        IReadOnlyList<RecordUpdate> records,
        CancellationToken cancellationToken)
        => WriteAsync(
            HttpMethod.Patch, "", objectName, records, static update => (update.Id, update.Fields), isCreate: false, cancellationToken);

    /// <summary>Each object holds the external id field; it must not hold the Id.</summary>
    public Task<IReadOnlyList<WriteResult>> UpsertAsync(
        string objectName,
        string externalIdField,
        IReadOnlyList<JsonObject> records,
        CancellationToken cancellationToken)
    {
        var path = $"/{SoqlText.Identifier(objectName)}/{SoqlText.Identifier(externalIdField)}";
        return WriteAsync(HttpMethod.Patch, path, objectName, records, static record => (null, record), isCreate: false, cancellationToken);
    }

    /// <summary>A row that is gone already is rejected with ENTITY_IS_DELETED; so is one whose first answer was lost.</summary>
    public async Task<IReadOnlyList<WriteResult>> DeleteAsync(IReadOnlyList<SalesforceId> ids, CancellationToken cancellationToken)
    {
        RequireCount(ids.Count, MostWrites, nameof(ids));
        if (ids.Count == 0)
            return [];
        using var request = ApiRequest.Create(
            HttpMethod.Delete,
            $"{_connection.Root}/composite/sobjects?ids={string.Join(',', ids)}&allOrNone=false");
        return await _connection.ReadAsync(request, root => WriteResultReader.Read(root, ids.Count, isCreate: false), cancellationToken);
    }

    public async Task<RetrievedRecords> RetrieveAsync(
        string objectName,
        IReadOnlyList<SalesforceId> ids,
        IReadOnlyList<string> fields,
        CancellationToken cancellationToken)
    {
        RequireCount(ids.Count, MostReads, nameof(ids));
        using var request = ApiRequest.CreateJson(
            HttpMethod.Post,
            $"{_connection.Root}/composite/sobjects/{SoqlText.Identifier(objectName)}",
            writer => WriteQuestion(writer, ids, fields));
        request.MarkReadOnly();
        var document = await _connection.ReadAsync(request, cancellationToken);
        if (document.Root.ValueKind == JsonValueKind.Array && document.Root.GetArrayLength() == ids.Count)
            return new RetrievedRecords(document);
        document.Dispose();
        throw new SalesforceException(
            SalesforceErrorCodes.UnexpectedAnswer,
            $"{request.RequestUri?.Authority} did not answer one row for each id that was asked for.");
    }

    /// <summary>
    /// The window is at least one minute; Salesforce cuts its ends to the minute. One that starts more than 15 days back throws with the
    /// code INVALID_REPLICATION_DATE.
    /// </summary>
    public async Task<DeletedRecords> GetDeletedAsync(
        string objectName,
        DateTimeOffset start,
        DateTimeOffset end,
        CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, DeletedPath(_connection, objectName, start, end));
        return await _connection.ReadAsync(request, ReadDeleted, cancellationToken);
    }

    internal static string DeletedPath(ApiConnection connection, string objectName, DateTimeOffset start, DateTimeOffset end) =>
        $"{connection.Root}/sobjects/{SoqlText.Identifier(objectName)}/deleted/?start={Moment(start)}&end={Moment(end)}";

    private async Task<IReadOnlyList<WriteResult>> WriteAsync<T>(
        HttpMethod method,
        string path,
        string objectName,
        IReadOnlyList<T> records,
        Func<T, (SalesforceId? Id, JsonObject Fields)> split,
        bool isCreate,
        CancellationToken cancellationToken)
    {
        RequireCount(records.Count, MostWrites, nameof(records));
        if (records.Count == 0)
            return [];
        using var request = ApiRequest.CreateJson(
            method, $"{_connection.Root}/composite/sobjects{path}", writer => WriteRecords(writer, objectName, records, split));
        foreach (var (name, value) in _options.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _connection.ReadAsync(request, root => WriteResultReader.Read(root, records.Count, isCreate), cancellationToken);
    }

    /// <summary>The body of a Collections write, each row for itself.</summary>
    internal static void WriteRecords<T>(
        Utf8JsonWriter writer, string objectName, IReadOnlyList<T> records, Func<T, (SalesforceId? Id, JsonObject Fields)> split)
    {
        var type = SoqlText.Identifier(objectName);
        writer.WriteStartObject();
        writer.WriteBoolean("allOrNone", false);
        writer.WriteStartArray("records");
        foreach (var record in records)
        {
            var (id, fields) = split(record);
            WriteRecord(writer, type, id, fields);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter writer, string type, SalesforceId? id, JsonObject fields)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("attributes");
        writer.WriteString("type", type);
        writer.WriteEndObject();
        if (id is { } known)
            writer.WriteString("id", known.Value);
        foreach (var (name, value) in fields)
        {
            var isOurs = name is "attributes" || (id is not null && name.Equals("id", StringComparison.OrdinalIgnoreCase));
            if (isOurs)
                continue;
            writer.WritePropertyName(name);
            if (value is null)
                writer.WriteNullValue();
            else
                value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteQuestion(Utf8JsonWriter writer, IReadOnlyList<SalesforceId> ids, IReadOnlyList<string> fields)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("ids");
        foreach (var id in ids)
            writer.WriteStringValue(id.Value);
        writer.WriteEndArray();
        writer.WriteStartArray("fields");
        foreach (var field in fields)
            writer.WriteStringValue(SoqlText.Identifier(field));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static DeletedRecords ReadDeleted(JsonElement root) => new()
    {
        Records =
        [
            .. root.RequiredArray("deletedRecords").EnumerateArray()
                .Select(item => new DeletedRecord(item.RequiredId("id"), item.RequiredDateTime("deletedDate"))),
        ],
        EarliestDateAvailable = root.RequiredDateTime("earliestDateAvailable"),
        LatestDateCovered = root.RequiredDateTime("latestDateCovered"),
    };

    private static string Moment(DateTimeOffset value)
        => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void RequireCount(int count, int most, string parameter)
    {
        if (count > most)
            throw new ArgumentException($"One call takes at most {most} rows; found {count}.", parameter);
    }
}
