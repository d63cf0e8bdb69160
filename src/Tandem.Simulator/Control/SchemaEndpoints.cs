using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Control;

/// <summary>Objects and fields over HTTP: list, add, change, remove; definitions are written as in a metadata file.</summary>
internal static class SchemaEndpoints
{
    public static void Map(ControlRoutes routes, SchemaEditor schema)
    {
        routes.Get("/objects", _ => Task.FromResult<object?>(schema.Objects.Select(type =>
            new { type.Name, type.KeyPrefix, Fields = type.Fields.Select(field => field.Name) })));
        routes.Post("/objects", context => ApplyAsync(context, schema, SchemaOperation.AddObject));
        routes.Delete("/objects/{object}", context => ApplyAsync(context, schema, SchemaOperation.RemoveObject));
        routes.Post("/objects/{object}/fields", context => ApplyAsync(context, schema, SchemaOperation.AddField));
        routes.Patch("/objects/{object}/fields/{field}", context => ApplyAsync(context, schema, SchemaOperation.ChangeField));
        routes.Delete("/objects/{object}/fields/{field}", context => ApplyAsync(context, schema, SchemaOperation.RemoveField));
    }

    private static async Task<object?> ApplyAsync(HttpContext context, SchemaEditor schema, SchemaOperation operation)
    {
        var isRemoval = operation is SchemaOperation.RemoveObject or SchemaOperation.RemoveField;
        await schema.ApplyAsync(new SchemaEdit
        {
            Operation = operation,
            Object = context.Request.RouteValues["object"] as string ?? "",
            Field = context.Request.RouteValues["field"] as string ?? "",
            Definition = isRemoval ? null : await ControlRoutes.ReadAsync<JsonElement>(context),
        }, context.RequestAborted);
        return null;
    }
}
