using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Server.Api.V1;

/// <summary>Signs people in for their browsers, tells who somebody is, and signs out.</summary>
internal sealed class SessionEndpoints(ApiContext api, ApiOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", BeginAsync)
            .WithMetadata(new OpenToAll())
            .WithSummary("Signs a user in: answers with a cookie.")
            .Takes<SessionRequest>()
            .Produces(204)
            .Fails(429);
        routes.MapGet("/session", Tell).WithSummary("Who asks, and what may be done.").Produces<SessionView>();
        routes.MapDelete("/session", EndAsync)
            .WithMetadata(new OpenToReaders())
            .WithSummary("Signs the user out of this browser.")
            .Produces(204);
    }

    private async Task<IResult> BeginAsync(HttpContext http, CancellationToken cancellationToken)
    {
        SessionCookie.RefuseOthersOrigin(http, options);
        var body = await JsonBody<SessionRequest>.ReadAsync(http, cancellationToken);
        body.Problems.ThrowIfAny();
        var outcome = await api.Fleet.SignIn.SignInAsync(
            body.Value.Name ?? "", body.Value.Password ?? "", http.Connection.RemoteIpAddress ?? IPAddress.None, cancellationToken);
        if (outcome.RetryAfter > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(outcome.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            throw new ApiException(429, "toomany", outcome.Sentence);
        }

        if (outcome.Session is not { } session)
            throw new ApiException(401, "unauthorized", outcome.Sentence);
        SessionCookie.Set(http, options, session, outcome.ExpiresAt);
        http.Response.Headers.CacheControl = "no-store";
        return Results.NoContent();
    }

    private static SessionView Tell(HttpContext http)
    {
        var caller = ApiContext.CallerOf(http);
        return new SessionView
        {
            Name = caller.Actor.Name,
            Kind = caller.Actor.Kind,
            Scope = caller.Scope,
            AppName = caller.AppName,
            ConnectionId = caller.ConnectionId,
            MayChange = caller.MayChange,
            MayAdminister = caller is { MayChange: true, IsUnlimited: true },
        };
    }

    /// <summary>Who came by a token has no session to end, which is what was asked for.</summary>
    private async Task<IResult> EndAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (SessionCookie.Read(http) is { } session)
            await api.Fleet.SignIn.SignOutAsync(session, cancellationToken);
        SessionCookie.Clear(http, options);
        return Results.NoContent();
    }
}
