using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Salesforce;
using Tandem.Server.SignIn;

namespace Tandem.Server.Api.V3;

/// <summary>
/// Authorizes a connection: a client asks where to send a browser, and Salesforce sends that back here. The callback needs no token, for a
/// browser brings none; its state is good for one sign-in that a caller with a token has begun. Source: heroku-connect.md, section 12.3.
/// </summary>
/// <param name="findDesk">Null when the server was started without a connected app.</param>
internal sealed class SignInEndpoints(ApiContext api, Func<SignInDesk?> findDesk)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v3/connections/{id:guid}/authorize_url", BeginAsync)
            .WithSummary("Begins a sign-in to Salesforce by a browser.");
        routes.MapGet(SignInDesk.CallbackPath, CompleteAsync).WithMetadata(new OpenToAll());
        routes.MapGet("/auth/done", ShowDone).WithMetadata(new OpenToAll());
    }

    private async Task<AuthorizeAddress> BeginAsync(HttpContext http, Guid id, AuthorizeRequest asked, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var desk = findDesk() ?? throw ApiException.BadConfig(
            "The server was started without a connected app: give it TANDEM_CLIENT_ID, and the app's secret if it has one.");
        var (connection, _) = await api.ReadAsync(life, cancellationToken);
        var request = new SignInRequest
        {
            ConnectionId = id,
            Environment = asked.Environment ?? "production",
            Domain = asked.Domain,
            Next = asked.Next,
            ApiVersion = asked.ApiVersion ?? connection.ApiVersion,
            OrganizationId = SalesforceId.TryParse(connection.OrganizationId, out var org) ? org : null,
        };
        return new AuthorizeAddress(desk.Begin(request, ApiContext.CallerOf(http)));
    }

    /// <summary>Where a browser ends that no other page waits for.</summary>
    private static IResult ShowDone(HttpContext http) =>
        http.Request.Query["error_description"].FirstOrDefault() is { Length: > 0 } sentence
        ? Results.Text(sentence, "text/plain", statusCode: 400)
        : Results.Text("Signed in. You can close this page.", "text/plain");

    private async Task<IResult> CompleteAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (findDesk() is not { } desk)
            throw ApiException.NotFound("sign-in");
        var answer = new SignInAnswer
        {
            State = http.Request.Query["state"],
            Code = http.Request.Query["code"],
            Error = http.Request.Query["error"],
            ErrorDescription = http.Request.Query["error_description"],
        };
        var (returnTo, sentence) = await desk.CompleteAsync(answer, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return returnTo is not null
            ? Results.Redirect(returnTo)
            : Results.Text(sentence ?? "The sign-in has ended.", "text/plain", statusCode: 400);
    }
}
