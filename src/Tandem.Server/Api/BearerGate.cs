using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Tandem.Server.Access;

namespace Tandem.Server.Api;

/// <summary>
/// Lets only callers with a token in, and only admins change anything. Who may not see a connection is told that there is none.
/// </summary>
internal sealed class BearerGate(RequestDelegate next, ApiOptions options, ApiTokens tokens)
{
    private const int LongestToken = 500;

    private readonly OneToken? _given = options.Token is { } token ? new OneToken(token) : null;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            await next(context);
            return;
        }

        if (await FindAsync(context) is not { } caller)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiException(401, "unauthorized", "A valid API token is needed, in the header Authorization: Bearer TOKEN.");
        }

        if (!caller.MayChange && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            throw new ApiException(403, "forbidden", "This API token may look and not change anything; use one with the scope admin.");
        context.Features.Set(caller);
        await next(context);
    }

    private async Task<Caller?> FindAsync(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 and <= LongestToken } token)
            return null;
        var address = context.Connection.RemoteIpAddress?.ToString();
        return _given?.Find(token, address) ?? await tokens.FindAsync(token, address, context.RequestAborted);
    }
}
