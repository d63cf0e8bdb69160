using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Control;

/// <summary>
/// Maps the resources of the control plane: what a handler gives is answered as JSON, nothing as 204, an order that cannot be followed
/// as <c>{"error": "…"}</c>. Used by the control plane's endpoints.
/// </summary>
internal sealed class ControlRoutes(IEndpointRouteBuilder routes, ControlGuard guard)
{
    /// <summary>No resource of the platform begins so.</summary>
    public const string Root = "/_simulator";

    public void Get(string path, Func<HttpContext, Task<object?>> handle) => Map(HttpMethods.Get, path, handle);

    public void Post(string path, Func<HttpContext, Task<object?>> handle) => Map(HttpMethods.Post, path, handle);

    public void Put(string path, Func<HttpContext, Task<object?>> handle) => Map(HttpMethods.Put, path, handle);

    public void Patch(string path, Func<HttpContext, Task<object?>> handle) => Map(HttpMethods.Patch, path, handle);

    public void Delete(string path, Func<HttpContext, Task<object?>> handle) => Map(HttpMethods.Delete, path, handle);

    /// <summary>The path without its values, for the list of all resources.</summary>
    public List<string> Resources { get; } = [];

    /// <summary>The body of a request.</summary>
    /// <exception cref="ControlException">There is none, or it is not what the resource takes.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            throw new ControlException($"{context.Request.Path} takes a body: expected the content type application/json, "
                + $"found {context.Request.ContentType ?? "none"}.");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, ControlJson.Pages, context.RequestAborted)
                ?? throw new ControlException($"{context.Request.Path} takes a body, found null.");
        }
        catch (JsonException exception)
        {
            throw new ControlException($"The body is not what {context.Request.Path} takes, at {exception.Path ?? "$"}, "
                + $"line {exception.LineNumber + 1}: {exception.Message}");
        }
    }

    public static string Value(HttpContext context, string name) =>
        context.GetRouteValue(name) as string ?? throw new InvalidOperationException($"The route has no part named {name}.");

    private void Map(string method, string path, Func<HttpContext, Task<object?>> handle)
    {
        Resources.Add($"{method} {Root}{path}");
        routes.MapMethods(Root + path, [method], context => AnswerAsync(context, handle));
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, Task<object?>> handle)
    {
        if (guard.Refuse(context.Request) is { } refusal)
        {
            await WriteAsync(context, StatusCodes.Status403Forbidden, new { Error = refusal });
            return;
        }

        try
        {
            if (await handle(context) is { } answer)
                await WriteAsync(context, StatusCodes.Status200OK, answer);
            else
                context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (ControlException exception)
        {
            await WriteAsync(context, exception.IsMissing ? 404 : 400, new { Error = exception.Message });
        }
        catch (Exception exception) when (exception is MetadataException or ArgumentException)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, new { Error = exception.Message });
        }
    }

    private static Task WriteAsync(HttpContext context, int status, object answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, answer.GetType(), ControlJson.Pages, context.RequestAborted);
    }
}
