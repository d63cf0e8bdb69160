using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Auth;

/// <summary>Writes the sign-in's JSON: objects, never cached, with the content type that clients match. Source: salesforce-api.md,
/// sections 0 and 1.1.</summary>
internal static class OAuthJson
{
    public static Task WriteAsync<T>(HttpContext context, T answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, options: null, JsonAnswer.ContentType, context.RequestAborted);
    }

    public static Task WriteFaultAsync(HttpContext context, OAuthException fault)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return WriteAsync(context, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["error"] = fault.Error,
            ["error_description"] = fault.Description,
        });
    }

    public static async Task<IFormCollection> ReadFormAsync(HttpContext context) => context.Request.HasFormContentType
        ? await context.Request.ReadFormAsync(context.RequestAborted)
        : throw OAuthException.InvalidRequest("the content type must be application/x-www-form-urlencoded");
}
