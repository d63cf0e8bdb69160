using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Single rows by the value of an external id: read, upsert, delete; and the blob of a row, whose address has the same shape.
/// Source: salesforce-api.md, sections 2.3 and 2.4.
/// </summary>
internal static class UpsertEndpoints
{
    private const string Row = "/services/data/v{version}/sobjects/{object}/{field}/{value}";

    /// <summary>From this version on an upsert that updates answers with a body.</summary>
    private const int AnswersUpdates = 46;

    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes, Org org, RecordSaver saver)
    {
        routes.MapMethods(Row, ReadMethods, context => Read(context, org));
        routes.MapPatch(Row, context => Upsert(context, org, saver));
        routes.MapPost("/services/data/v{version}/sobjects/{object}/Id", context => Upsert(context, org, saver));
        routes.MapDelete(Row, context => Delete(context, org, saver));
    }

    private static async Task Read(HttpContext context, Org org)
    {
        var table = ApiRequest.Table(context, org);
        if (RecordId.TryNormalize(ApiRequest.RouteText(context, "field"), out _) && table.Type.OrdinalOf(ApiRequest.RouteText(context,
            "field")) < 0)
            await ReadBlob(context, org, table);
        else if (await MatchesAsync(context, org, table) is var matches && matches is [var record])
            await RecordEndpoints.WriteRowAsync(context, org, record);
        else
            await WriteChoicesAsync(context, table, matches.Select(match => match.Id));
    }

    private static async Task ReadBlob(HttpContext context, Org org, ObjectTable table)
    {
        var record = RecordEndpoints.FindLive(context, org, table, ApiRequest.RouteText(context, "field"));
        var ordinal = table.Type.OrdinalOf(ApiRequest.RouteText(context, "value"));
        if (ordinal < 0 || table.Type.Fields[ordinal].Type != FieldType.Base64)
            throw ApiRequest.NotFound();
        context.Response.ContentType = "application/octet-stream";
        await context.Response.Body.WriteAsync(record[ordinal] as byte[] ?? [], context.RequestAborted);
    }

    private static async Task Upsert(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        var isPostById = context.Request.RouteValues["field"] is null;
        var keyOrdinal = isPostById ? 0 : KeyOrdinal(context, table);
        var key = isPostById ? null : Key(context, table, keyOrdinal);
        using var body = await RequestBody.ReadAsync(context);
        RefuseKey(table, keyOrdinal, body.Json);
        var draft = RecordEndpoints.ReadDraft(context, org, table, null, body);
        var caller = ApiRequest.Caller(context);
        var results = await saver.UpsertAsync([draft], keyOrdinal, [key], ApiRequest.Flag(context, "updateOnly"), allOrNone: true, caller,
            context.RequestAborted);
        var result = results[0];
        if (result.MatchingIds.Count > 0)
            await WriteChoicesAsync(context, table, result.MatchingIds);
        else if (result is not { IsSuccess: true, Id: { } id })
            await RecordEndpoints.RefuseAsync(context, result.Errors[0]);
        else if (ApiRequest.Version(context) >= AnswersUpdates)
        {
            if (result.IsCreated)
                context.Response.Headers.Location = $"{ApiRequest.Root(context)}/sobjects/{table.Type.Name}/{id}";
            await RecordEndpoints.WriteSavedAsync(context, result.IsCreated ? 201 : 200, id, result.IsCreated);
        }
        else if (result.IsCreated)
            await RecordEndpoints.WriteSavedAsync(context, 201, id, null);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task Delete(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        var matches = await MatchesAsync(context, org, table);
        if (matches.Count > 1)
        {
            await WriteChoicesAsync(context, table, matches.Select(match => match.Id));
            return;
        }

        var results = await saver.DeleteAsync([matches[0].Id], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        if (!results[0].IsSuccess)
            throw results[0].Errors[0].ToException();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<IReadOnlyList<Record>> MatchesAsync(HttpContext context, Org org, ObjectTable table)
    {
        var ordinal = KeyOrdinal(context, table);
        var value = Key(context, table, ordinal);
        if (ordinal == 0)
            return [RecordEndpoints.FindLive(context, org, table, (string)value)];
        var found = await org.FindByKeyAsync(table, ordinal, value, ApiRequest.Transaction(context), context.RequestAborted);
        return found.Count > 0 ? found : throw ApiRequest.NotFound();
    }

    /// <summary>The place of the look-up field that the address names.</summary>
    public static int KeyOrdinal(HttpContext context, ObjectTable table)
    {
        var name = ApiRequest.RouteText(context, "field");
        var ordinal = table.Type.OrdinalOf(name);
        return ordinal >= 0 && table.Type.Fields[ordinal].IsIdLookup ? ordinal
            : throw new ApiException(404, "NOT_FOUND", $"Provided external ID field does not exist or is not accessible: {name}");
    }

    private static object Key(HttpContext context, ObjectTable table, int ordinal)
    {
        var input = FieldInput.Read(table.Type.Fields[ordinal], JsonSerializer.SerializeToElement(ApiRequest.LastSegment(context)));
        return input.Value ?? throw (input.Error?.ToException() ?? ApiRequest.NotFound());
    }

    private static void RefuseKey(ObjectTable table, int keyOrdinal, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in json.EnumerateObject())
        {
            var ordinal = table.Type.OrdinalOf(member.Name);
            if (ordinal != 0 && (ordinal != keyOrdinal || ordinal < 0))
                continue;
            var name = table.Type.Fields[ordinal].Name;
            throw new ApiException(400, "INVALID_FIELD", $"The {name} field should not be specified in the sobject data.", [name]);
        }
    }

    private static Task WriteChoicesAsync(HttpContext context, ObjectTable table, IEnumerable<string> ids)
    {
        var root = $"{ApiRequest.Root(context)}/sobjects/{table.Type.Name}";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status300MultipleChoices, writer =>
        {
            writer.WriteStartArray();
            foreach (var id in ids)
                writer.WriteStringValue($"{root}/{id}");
            writer.WriteEndArray();
        });
    }
}
