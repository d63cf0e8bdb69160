using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Records;

/// <summary>Up to 200 rows in one call, each with its own result, in the order of the request. Source: salesforce-api.md, section
/// 2.8.</summary>
internal static class CollectionEndpoints
{
    private const string Collections = "/services/data/v{version}/composite/sobjects";
    private const int MaxRecords = 200;
    private const int MaxChunks = 10;

    public static void Map(IEndpointRouteBuilder routes, Org org, RecordSaver saver)
    {
        routes.MapPost(Collections, context => Save(context, org, saver, isUpdate: false));
        routes.MapPatch(Collections, context => Save(context, org, saver, isUpdate: true));
        routes.MapDelete(Collections, context => Delete(context, saver));
        routes.MapPatch(Collections + "/{object}/{field}", context => Upsert(context, org, saver));
    }

    private static async Task Save(HttpContext context, Org org, RecordSaver saver, bool isUpdate)
    {
        using var body = await RequestBody.ReadAsync(context);
        var records = Records(body.Json);
        var reader = new CollectionReader(org, body);
        var drafts = records.ConvertAll(record => reader.Read(record, takesId: isUpdate));
        RefuseManyChunks(drafts.Select((draft, at) => draft.Table?.Type.Name ?? DraftReader.TypeOf(records[at])));
        var allOrNone = JsonMember.IsTrue(body.Json, "allOrNone");
        var caller = ApiRequest.Caller(context);
        var results = isUpdate
            ? await saver.UpdateAsync(drafts, allOrNone, caller, context.RequestAborted)
            : await saver.CreateAsync(drafts, allOrNone, caller, context.RequestAborted);
        await WriteAsync(context, results, isUpsert: false);
    }

    private static async Task Upsert(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        var ordinal = UpsertEndpoints.KeyOrdinal(context, table);
        using var body = await RequestBody.ReadAsync(context);
        var reader = new CollectionReader(org, body);
        var drafts = new List<RecordDraft>();
        var keys = new List<object?>();
        foreach (var record in Records(body.Json))
        {
            var draft = reader.Read(record, takesId: false);
            if (draft.Table is { } typed && !ReferenceEquals(typed, table))
                draft = draft with { Table = null, Errors = [SaveErrors.InvalidType(typed.Type.Name)] };
            keys.Add(draft.Table is null ? null : draft.Values.GetValueOrDefault(ordinal));
            drafts.Add(draft.Without(ordinal));
        }

        var results = await saver.UpsertAsync(drafts, ordinal, keys, isUpdateOnly: false, JsonMember.IsTrue(body.Json, "allOrNone"),
            ApiRequest.Caller(context), context.RequestAborted);
        await WriteAsync(context, results, isUpsert: true);
    }

    private static async Task Delete(HttpContext context, RecordSaver saver)
    {
        var ids = FieldList.Split(context.Request.Query["ids"].ToString());
        if (ids.Count == 0)
            throw new ApiException(400, "MISSING_ARGUMENT", "The parameter ids is required and names the records to delete");
        RefuseMany(ids.Count);
        RefuseManyChunks(ids.Select(id => id.Length > 3 ? id[..3] : id));
        var results = await saver.DeleteAsync(ids, ApiRequest.Flag(context, "allOrNone"), ApiRequest.Caller(context),
            context.RequestAborted);
        await WriteAsync(context, results, isUpsert: false);
    }

    private static List<JsonElement> Records(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("records", out var records)
            || records.ValueKind != JsonValueKind.Array)
            throw new ApiException(400, "JSON_PARSER_ERROR", "The body needs a list named records");
        RefuseMany(records.GetArrayLength());
        return [.. records.EnumerateArray()];
    }

    private static void RefuseMany(int count)
    {
        if (count > MaxRecords)
            throw new ApiException(400,
                "EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit more than {MaxRecords} records into this call");
    }

    private static void RefuseManyChunks(IEnumerable<string?> types)
    {
        var chunks = 0;
        string? last = null;
        foreach (var type in types)
        {
            if (chunks == 0 || !string.Equals(last, type, StringComparison.OrdinalIgnoreCase))
                chunks++;
            last = type;
        }

        if (chunks > MaxChunks)
            throw new ApiException(400,
                "LIMIT_EXCEEDED", $"The records change their type too often: expected at most {MaxChunks} runs, found {chunks}");
    }

    private static Task WriteAsync(HttpContext context, IReadOnlyList<SaveResult> results, bool isUpsert) =>
        JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartArray();
            foreach (var result in results)
            {
                writer.WriteStartObject();
                if (result.Id is { } id)
                    writer.WriteString("id", id);
                writer.WriteBoolean("success", result.IsSuccess);
                writer.WriteStartArray("errors");
                foreach (var error in result.Errors)
                    error.Write(writer);
                writer.WriteEndArray();
                if (isUpsert && result.Id is not null)
                    writer.WriteBoolean("created", result.IsCreated);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
}
