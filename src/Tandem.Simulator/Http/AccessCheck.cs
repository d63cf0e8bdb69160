using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Control;

namespace Tandem.Simulator.Http;

/// <summary>
/// Stands before every versioned REST resource: a live session or 401, a served version or 404, a call within the limits or 403, and the
/// usage header on what passes. Source: salesforce-api.md, sections 0, 2.1 and 11.
/// </summary>
internal sealed class AccessCheck(SessionStore sessions, ApiUsage usage, OpenCalls openCalls)
{
    private const string Prefix = "/services/data/v";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        if (TokenOf(context.Request) is not { } token || sessions.Find(token) is not { } session)
            throw new ApiException(401, "INVALID_SESSION_ID", "Session expired or invalid");
        if (openCalls.IsFull)
            throw new ApiException(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.");
        if (!usage.TryCount(context, out var used))
            throw new ApiException(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
        context.Response.Headers["Sforce-Limit-Info"] = usage.Header(used);
        var rest = path.AsSpan(Prefix.Length);
        var end = rest.IndexOf('/');
        if (!ApiVersions.TryParse(end < 0 ? rest : rest[..end], out _))
            throw ApiRequest.NotFound();
        context.Features.Set(session);
        await next(context);
    }

    /// <summary>The access token that a request brings in its header; null when there is none.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && header[..space].ToUpperInvariant() is "BEARER" or "OAUTH" ? header[(space + 1)..].Trim() : null;
    }
}
