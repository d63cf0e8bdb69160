using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Auth;

namespace Tandem.Simulator.Http;

/// <summary>
/// Stands before every versioned REST resource: a live session or 401, a served version or 404, a call within the limits or 403, and the
/// usage header on what passes. Source: salesforce-api.md, sections 0, 2.1 and 11.
/// </summary>
internal sealed class AccessCheck(SessionStore sessions, CallAllowance allowance)
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

        if (AccessToken.Of(context.Request) is not { } token || sessions.Find(token) is not { } session)
            throw new ApiException(401, "INVALID_SESSION_ID", "Session expired or invalid");
        var used = allowance.Take(context, session);
        context.Response.Headers["Sforce-Limit-Info"] = allowance.Usage.Header(used);
        var rest = path.AsSpan(Prefix.Length);
        var end = rest.IndexOf('/');
        if (!ApiVersions.TryParse(end < 0 ? rest : rest[..end], out _))
            throw ApiRequest.NotFound();
        await next(context);
    }
}
