using System.Globalization;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>
/// REST's query, queryAll and the pages behind them, their columns and their plans. Source: salesforce-api.md, sections 2.6 and 15.
/// </summary>
internal sealed class QueryEndpoints
{
    private const int LargestPage = 2000;
    private const int SmallestPage = 200;
    private const int FlushAt = 32 * 1024;

    // Text leaves as UTF-8 and not as escapes, as the platform sends it.
    private static readonly JsonWriterOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Org _org;
    private readonly CursorStore _cursors;

    private QueryEndpoints(Org org)
    {
        _org = org;
        _cursors = new CursorStore(org.TimeProvider);
    }

    public static void Map(IEndpointRouteBuilder routes, Org org)
    {
        var endpoints = new QueryEndpoints(org);
        routes.MapGet("/services/data/v{version}/query", (HttpContext context) => endpoints.RunAsync(context, includeDeleted: false));
        routes.MapGet("/services/data/v{version}/queryAll", (HttpContext context) => endpoints.RunAsync(context, includeDeleted: true));
        routes.MapGet("/services/data/v{version}/query/{locator}", (HttpContext context) => endpoints.ContinueAsync(context));
    }

    private Task RunAsync(HttpContext context, bool includeDeleted)
    {
        if (context.Request.Query["explain"] is [{ Length: > 0 } explained])
            return WriteAsync(context, writer => PlanJson.Write(writer, Bind(context, explained)));
        if (context.Request.Query["q"] is not [{ Length: > 0 } statement])
            throw new ApiException(400, SoqlFault.MalformedQuery, "The query string has no parameter q; it carries the SOQL statement.");

        var query = Bind(context, statement);
        if (ApiRequest.Flag(context, "columns"))
            return WriteAsync(context, writer => ColumnJson.Write(writer, query));
        var result = query.Run(includeDeleted);
        var pageSize = ReadPageSize(context.Request);
        var cursor = result.Rows.Count > pageSize ? _cursors.Open(UserKey(context), result, pageSize) : null;
        return WritePageAsync(context, result, cursor, 0, pageSize);
    }

    private BoundQuery Bind(HttpContext context, string statement) =>
        QueryBinder.Bind(SoqlParser.Parse(statement), QueryContext.Of(_org, ApiRequest.Caller(context)));

    private Task ContinueAsync(HttpContext context)
    {
        var (cursor, offset) = _cursors.Find(UserKey(context), context.Request.RouteValues["locator"] as string ?? "");
        return WritePageAsync(context, cursor.Result, cursor, offset, cursor.PageSize);
    }

    /// <summary>A user's cursors are the user's own.</summary>
    private static string UserKey(HttpContext context) => ApiRequest.Session(context).UserId;

    private static int ReadPageSize(HttpRequest request) =>
        int.TryParse(ApiRequest.OptionOf(request.Headers["Sforce-Query-Options"].ToString(), "batchSize"), NumberStyles.None,
            CultureInfo.InvariantCulture, out var size) ? Math.Clamp(size, SmallestPage, LargestPage) : LargestPage;

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = JsonAnswer.ContentType;
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Json);
        write(writer);
        await FlushAsync(writer, context.Response.BodyWriter, context.RequestAborted);
    }

    private async Task WritePageAsync(HttpContext context, QueryResult result, QueryCursor? cursor, int offset, int pageSize)
    {
        var root = ApiRequest.Root(context);
        var end = Math.Min(result.Rows.Count, offset + pageSize);
        context.Response.ContentType = JsonAnswer.ContentType;
        var pipe = context.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(pipe, Json);

        var children = new ChildPages(_cursors, UserKey(context), pageSize);
        writer.WriteStartObject();
        writer.WriteNumber("totalSize", result.TotalSize);
        writer.WriteBoolean("done", end == result.Rows.Count);
        if (cursor is not null && end < result.Rows.Count)
            writer.WriteString("nextRecordsUrl", $"{root}/query/{cursor.Id}-{end}");
        writer.WriteStartArray("records");
        for (var place = offset; place < end; place++)
        {
            RecordJson.Write(writer, result.Shape, result.Rows[place], root, children);
            if (writer.BytesPending > FlushAt)
                await FlushAsync(writer, pipe, context.RequestAborted);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await FlushAsync(writer, pipe, context.RequestAborted);
    }

    private static async ValueTask FlushAsync(Utf8JsonWriter writer, PipeWriter pipe, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken);
        await pipe.FlushAsync(cancellationToken);
    }
}
