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
        routes.MapDelete(Object + "/{id}", context => Delete(context, org, saver));
    }

    /// <summary>The live record of an id of 15 or 18 characters, or the platform's answer to one that is none.</summary>
    public static Record FindLive(HttpContext context, Org org, ObjectTable table, string text)
    {
        if (!RecordId.TryNormalize(text, out var id))
            throw SaveErrors.NotFound(text).ToException();
        if (!ReferenceEquals(org.FindTableOfId(id), table))
            throw SaveErrors.MalformedId($"{table.Type.Label} ID", text).ToException();
        var record = View(context, org).Find(table, id) ?? throw SaveErrors.NotFound(text).ToException();
        return record.IsDeleted ? throw SaveErrors.EntityIsDeleted().ToException() : record;
    }

    /// <summary>The records as the request sees them: with the writes of the composite call that it is part of.</summary>
    public static IRecordView View(HttpContext context, Org org) =>
        org.ViewOf(ApiRequest.Transaction(context));

    /// <summary>Answers one row, or that it is not what the request's conditions ask for.</summary>
    public static Task WriteRowAsync(HttpContext context, Org org, Record record)
    {
        var values = record.Values;
        RowConditions.Describe(context, record.Type, values);
        if (RowConditions.Of(context, record.Type).Judge(record.Type, values) is { } unmet)
            return RefuseAsync(context, unmet);
        var names = FieldList.Split(context.Request.Query["fields"].ToString());
        var ordinals = FieldList.Resolve(record.Type, names, ApiRequest.Access(context, org));
        var shape = RecordShape.Of(record.Type, ordinals);
        var root = ApiRequest.Root(context);
        return JsonAnswer.WriteAsync(context, 200, writer => RecordJson.Write(writer, shape, new QueryRow(values, null), root));
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

    /// <summary>Answers that a row was not saved; a row that the client has already as it is has no body.</summary>
    public static Task RefuseAsync(HttpContext context, SaveError error)
    {
        if (error.StatusCode != RowConditions.NotModified)
            throw error.ToException();
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>Reads the one record that the body is about, with the files beside it and the conditions on what stands.</summary>
    public static RecordDraft ReadDraft(HttpContext context, Org org, ObjectTable table, string? id, RequestBody body)
    {
        var draft = body.Attach(DraftReader.Read(org, table, id, body.Json), table);
        var conditions = RowConditions.Of(context, table.Type);
        return draft with { Precondition = values => conditions.Judge(table.Type, values) };
    }

    private static Task Summary(HttpContext context, Org org)
    {
        var type = ApiRequest.Table(context, org).Type;
        var (root, access) = (ApiRequest.Root(context), ApiRequest.Access(context, org));
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
        using var body = await RequestBody.ReadAsync(context);
        var draft = ReadDraft(context, org, table, null, body);
        var results = await saver.CreateAsync([draft], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        if (results[0] is not { IsSuccess: true, Id: { } id })
        {
            await RefuseAsync(context, results[0].Errors[0]);
            return;
        }

        context.Response.Headers.Location = $"{ApiRequest.Root(context)}/sobjects/{table.Type.Name}/{id}";
        await WriteSavedAsync(context, 201, id, null);
    }

    private static Task Read(HttpContext context, Org org) =>
        WriteRowAsync(context, org, FindLive(context, org, ApiRequest.Table(context, org), ApiRequest.RouteText(context, "id")));

    private static async Task Update(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        var id = ApiRequest.RouteText(context, "id");
        FindLive(context, org, table, id);
        using var body = await RequestBody.ReadAsync(context);
        RefuseId(table, body.Json);
        var draft = ReadDraft(context, org, table, id, body);
        var results = await saver.UpdateAsync([draft], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        if (results[0].IsSuccess)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await RefuseAsync(context, results[0].Errors[0]);
    }

    private static async Task Delete(HttpContext context, Org org, RecordSaver saver)
    {
        var record = FindLive(context, org, ApiRequest.Table(context, org), ApiRequest.RouteText(context, "id"));
        var results = await saver.DeleteAsync([record.Id], allOrNone: true, ApiRequest.Caller(context), context.RequestAborted);
        if (!results[0].IsSuccess)
            throw results[0].Errors[0].ToException();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void RefuseId(ObjectTable table, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Any(member => table.Type.OrdinalOf(member.Name) == 0))
            throw new ApiException(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.", ["Id"]);
    }
}
