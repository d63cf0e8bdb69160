using System.Globalization;
using System.Text.Json;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;

namespace Tandem.Salesforce.Composite;

/// <summary>
/// Writes up to five Collections requests, 1,000 rows, in one API call. They are carried out one after the other in their order, each
/// for itself: the failure of one stops no other. A request within a call does not inherit the call's options, so each carries them.
/// Source: salesforce-api.md, sections 2.8 and 2.9.
/// </summary>
public sealed class CompositeClient
{
    /// <summary>Of the 25 requests of a call, so many may be collections.</summary>
    public const int MostCollections = 5;

    private readonly ApiConnection _connection;

    internal CompositeClient(ApiConnection connection) => _connection = connection;

    /// <returns>One answer for each of the requests, in their order.</returns>
    /// <exception cref="SalesforceException">The call as a whole failed.</exception>
    public async Task<IReadOnlyList<CollectionAnswer>> WriteAsync(
        IReadOnlyList<CollectionWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count is 0 or > MostCollections)
            throw new ArgumentException($"A call takes 1 to {MostCollections} collections; found {writes.Count}.", nameof(writes));
        if (writes.FirstOrDefault(write => write.Rows.Count is 0 or > CollectionWrite.MostRows) is { } wrong)
        {
            throw new ArgumentException(
                $"A collection takes 1 to {CollectionWrite.MostRows} rows; found {wrong.Rows.Count}.", nameof(writes));
        }

        using var request = ApiRequest.CreateJson(HttpMethod.Post, $"{_connection.Root}/composite", writer => Write(writer, writes));
        foreach (var (name, value) in writes[0].Options.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _connection.ReadAsync(request, root => Read(root, writes), cancellationToken);
    }

    private void Write(Utf8JsonWriter writer, IReadOnlyList<CollectionWrite> writes)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("allOrNone", false);
        writer.WriteBoolean("collateSubrequests", false);
        writer.WriteStartArray("compositeRequest");
        for (var at = 0; at < writes.Count; at++)
        {
            writer.WriteStartObject();
            writer.WriteString("method", MethodOf(writes[at].Operation));
            writer.WriteString("url", AddressOf(writes[at]));
            writer.WriteString("referenceId", NameOf(at));
            writer.WriteStartObject("httpHeaders");
            foreach (var (name, value) in writes[at].Options.Headers)
                writer.WriteString(name, value);
            writer.WriteString("Sforce-Call-Options", $"client={_connection.ClientName}");
            writer.WriteEndObject();
            if (writes[at].Operation != CollectionOperation.Delete)
            {
                writer.WritePropertyName("body");
                RecordsClient.WriteRecords(writer, writes[at].ObjectName, writes[at].Rows, static row => (row.Id, row.Fields));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string MethodOf(CollectionOperation operation) => operation switch
    {
        CollectionOperation.Create => "POST",
        CollectionOperation.Delete => "DELETE",
        _ => "PATCH",
    };

    private string AddressOf(CollectionWrite write)
    {
        var collections = $"{_connection.Root}/composite/sobjects";
        return write switch
        {
            { Operation: CollectionOperation.Upsert, ExternalIdField: { } field } =>
                $"{collections}/{SoqlText.Identifier(write.ObjectName)}/{SoqlText.Identifier(field)}",
            { Operation: CollectionOperation.Upsert } =>
                throw new ArgumentException($"An upsert of {write.ObjectName} needs an external id field; none is named.", nameof(write)),
            { Operation: CollectionOperation.Delete } =>
                $"{collections}?ids={string.Join(',', write.Rows.Select(row => row.Id?.Value))}&allOrNone=false",
            _ => collections,
        };
    }

    private static CollectionAnswer[] Read(JsonElement root, IReadOnlyList<CollectionWrite> writes)
    {
        var answers = root.RequiredArray("compositeResponse");
        if (answers.GetArrayLength() != writes.Count)
            throw new JsonException("The call does not answer each of its requests.");
        var read = new CollectionAnswer[writes.Count];
        for (var at = 0; at < read.Length; at++)
        {
            if (answers[at].Text("referenceId") != NameOf(at))
                throw new JsonException("The answers do not stand in the order of the requests.");
            read[at] = ReadOne(answers[at], writes[at]);
        }

        return read;
    }

    private static CollectionAnswer ReadOne(JsonElement answer, CollectionWrite write)
    {
        var status = answer.Number("httpStatusCode");
        var body = answer.TryGetProperty("body", out var found) ? found : default;
        if (status is >= 200 and < 300)
        {
            var results = WriteResultReader.Read(body, write.Rows.Count, write.Operation == CollectionOperation.Create);
            return new CollectionAnswer { Results = results, Failure = null };
        }

        var error = ErrorBody.From(body);
        var code = error.Code ?? SalesforceErrorCodes.ForStatus(status);
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"Salesforce answered a write of {write.ObjectName} within a Composite call with {status} {code}.");
        return new CollectionAnswer
        {
            Results = [],
            Failure = new SalesforceException(code, message)
            {
                Status = status,
                Detail = error.Message,

                // With Salesforce's own words the request was rolled back; without, nobody knows.
                IsUncertain = status >= 500 && error.Code is null,
            },
        };
    }

    private static string NameOf(int at) => string.Create(CultureInfo.InvariantCulture, $"write{at}");
}
