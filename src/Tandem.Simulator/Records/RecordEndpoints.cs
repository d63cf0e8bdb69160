using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Records;

/// <summary>Single rows by id: create, read, update, delete. Source: salesforce-api.md, section 2.3.</summary>
internal static class RecordEndpoints
{
    private const string Object = "/services/data/v{version}/sobjects/{object}";
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes, Org org, RecordSaver saver)
    {
        routes.MapMethods(Object, ReadMethods, context => Summary(context, org));
        routes.MapPost(Object, context => Create(context, org, saver));
        routes.MapMethods(Object + "/{id}", ReadMethods, context => Read(context, org));
        routes.MapPatch(Object + "/{id}", context => Update(context, org, saver));
        routes.MapPost(Object + "/{id}", context => IsPatch(context) ? Update(context, org, saver) : throw ApiRequest.NotFound());
        routes.MapDelete(Object + "/{id}", context => Delete(context, org, saver));
    }

    /// <summary>Old clients that cannot send PATCH send POST and say so.</summary>
    public static bool IsPatch(HttpContext context) =>
        context.Request.Query["_HTTP_METHOD"].ToString().Equals("PATCH", StringComparison.OrdinalIgnoreCase);

    /// <summary>The live record of an id of 15 or 18 characters, or the platform's answer to one that is none.</summary>
    public static Record FindLive(ObjectTable table, Org org, string text)
    {
        if (!RecordId.TryNormalize(text, out var id))
            throw SaveErrors.NotFound(text).ToException();
        if (!ReferenceEquals(org.FindTableOfId(id), table))
            throw SaveErrors.MalformedId($"{table.Type.Label} ID", text).ToException();
        var record = table.Find(id) ?? throw SaveErrors.NotFound(text).ToException();
        return record.IsDeleted ? throw SaveErrors.EntityIsDeleted().ToException() : record;
    }

    public static Task WriteRowAsync(HttpContext context, Org org, Record record)
    {
        var names = FieldList.Split(context.Request.Query["fields"].ToString());
        var ordinals = FieldList.Resolve(record.Type, names, ApiRequest.Access(context, org));
        var shape = RecordShape.Of(record.Type, ordinals);
        var root = DescribeEndpoints.RootOf(context);
        return JsonAnswer.WriteAsync(context, 200, writer => RecordJson.Write(writer, shape, new QueryRow(record.Values, null), root));
    }

    public static Task WriteSavedAsync(HttpContext context, int status, string id, bool? isCreated) => JsonAnswer.WriteAsync(context,
        status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteBoolean("success", true);
        JsonAnswer.WriteTexts(writer, "errors", []);
        if (isCreated is { } created)
            writer.WriteBoolean("created", created);
        writer.WriteEndObject();
    });

    private static Task Summary(HttpContext context, Org org)
    {
        var type = ApiRequest.Table(context, org).Type;
        var (root, access) = (DescribeEndpoints.RootOf(context), ApiRequest.Access(context, org));
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("objectDescribe");
            DescribeEndpoints.WriteSummary(writer, type, root, access);
            writer.WriteEndObject();
            JsonAnswer.WriteTexts(writer, "recentItems", []);
            writer.WriteEndObject();
        });
    }

    private static async Task Create(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        using var body = await ApiRequest.ReadJsonAsync(context);
        var draft = DraftReader.Read(org, table, null, body.RootElement);
        var results = await saver.CreateAsync([draft], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        var id = IdOf(results[0]);
        context.Response.Headers.Location = $"{DescribeEndpoints.RootOf(context)}/sobjects/{table.Type.Name}/{id}";
        await WriteSavedAsync(context, 201, id, null);
    }

    private static Task Read(HttpContext context, Org org) =>
        WriteRowAsync(context, org, FindLive(ApiRequest.Table(context, org), org, ApiRequest.RouteText(context, "id")));

    private static async Task Update(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        var id = ApiRequest.RouteText(context, "id");
        FindLive(table, org, id);
        using var body = await ApiRequest.ReadJsonAsync(context);
        RefuseId(table, body.RootElement);
        var draft = DraftReader.Read(org, table, id, body.RootElement);
        var results = await saver.UpdateAsync([draft], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        IdOf(results[0]);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task Delete(HttpContext context, Org org, RecordSaver saver)
    {
        var record = FindLive(ApiRequest.Table(context, org), org, ApiRequest.RouteText(context, "id"));
        var results = await saver.DeleteAsync([record.Id], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        IdOf(results[0]);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void RefuseId(ObjectTable table, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Any(member => table.Type.OrdinalOf(member.Name) == 0))
            throw new ApiException(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.", ["Id"]);
    }

    private static string IdOf(SaveResult result) =>
        result is { IsSuccess: true, Id: { } id } ? id : throw result.Errors[0].ToException();
}
