using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Query;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Records;

/// <summary>Reads many rows by their ids, in the order asked, null for those that are gone. Source: salesforce-api.md, section
/// 2.8.</summary>
internal static class RetrieveEndpoints
{
    private const string Resource = "/services/data/v{version}/composite/sobjects/{object}";
    private const int MaxIds = 2000;

    public static void Map(IEndpointRouteBuilder routes, Org org)
    {
        routes.MapGet(Resource, context => WriteAsync(context, org, FieldList.Split(context.Request.Query["ids"].ToString()),
            FieldList.Split(context.Request.Query["fields"].ToString())));
        routes.MapPost(Resource, async context =>
        {
            using var body = await ApiRequest.ReadJsonAsync(context);
            await WriteAsync(context, org, Texts(body.RootElement, "ids"), Texts(body.RootElement, "fields"));
        });
    }

    private static Task WriteAsync(HttpContext context, Org org, IReadOnlyList<string> ids, IReadOnlyList<string> fields)
    {
        var table = ApiRequest.Table(context, org);
        if (ids.Count > MaxIds)
            throw new ApiException(400,
                "EXCEEDED_ID_LIMIT", $"record limit reached. cannot retrieve more than {MaxIds} records in this call");
        var ordinals = (fields.Count == 0 ? null : FieldList.Resolve(table.Type, fields, ApiRequest.Access(context, org)))
            ?? throw new ApiException(400, "MISSING_ARGUMENT", "The parameter fields is required and names the fields to read");
        var shape = RecordShape.Of(table.Type, ordinals);
        var root = ApiRequest.Root(context);
        var view = RecordEndpoints.View(context, org);
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartArray();
            foreach (var text in ids)
            {
                if (RecordId.TryNormalize(text, out var id) && view.Find(table, id) is { IsDeleted: false } record)
                    RecordJson.Write(writer, shape, new QueryRow(record.Values, null), root);
                else
                    writer.WriteNullValue();
            }

            writer.WriteEndArray();
        });
    }

    private static List<string> Texts(JsonElement body, string member)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(member, out var list) || list.ValueKind != JsonValueKind.Array)
            throw new ApiException(400, "JSON_PARSER_ERROR", $"The body needs a list of texts named {member}");
        return [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null).OfType<string>()];
    }
}
