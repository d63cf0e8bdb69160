using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Tandem.Server.Access;

namespace Tandem.Server.Api;

/// <summary>
/// Lets only callers in who show a token, or in a browser the cookie of a session, and only admins change anything. Who may not see a
/// connection is told that there is none.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, ApiOptions options, ApiTokens tokens, LocalSignIn signIn)
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

        var isForReaders = context.GetEndpoint()?.Metadata.GetMetadata<OpenToReaders>() is not null;
        if (!caller.MayChange && !isForReaders && SessionCookie.Changes(context))
            throw ApiException.Forbidden("This API token may look and not change anything; use one with the scope admin.");
        context.Features.Set(caller);
        await next(context);
    }

    /// <summary>A token goes before a cookie: programs send what they were given, and a browser cannot be made to send a token.</summary>
    private async Task<Caller?> FindAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress?.ToString();
        if (context.Request.Headers.Authorization.Count > 0)
        {
            return AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
                && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
                && header.Parameter is { Length: > 0 and <= LongestToken } token
                ? _given?.Find(token, address) ?? await tokens.FindAsync(token, address, context.RequestAborted)
                : null;
        }

        if (SessionCookie.Read(context) is not { } session
            || await signIn.FindAsync(session, address, context.RequestAborted) is not { } caller)
            return null;
        SessionCookie.RefuseForged(context, options);
        return caller;
    }
}
