using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>The tokens of the API, for those who may do everything.</summary>
internal sealed class TokenEndpoints(ApiContext api)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tokens", ListAsync).WithSummary("The tokens of the API, without their secrets.").Lists<TokenView>();
        routes.MapPost("/tokens", CreateAsync)
            .WithSummary("Makes a token; its secret is in this answer and nowhere else.")
            .Takes<NewTokenBody>()
            .Produces<TokenView>(201);
        routes.MapDelete("/tokens/{name}", RevokeAsync)
            .WithSummary("Revokes a token, by its name or its id: it is refused from the next request on.")
            .Produces(204);
    }

    private async Task<ItemList<TokenView>> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var tokens = await api.Fleet.Tokens.ListAsync(cancellationToken);
        return Page.Read(http).Of(tokens, token => token.Name).Select(TokenView.Of);
    }

    private async Task<IResult> CreateAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var body = await JsonBody<NewTokenBody>.ReadAsync(http, cancellationToken);
        if (body.Value.Name is { } name)
            body.Problems.Try("name", () => NameRules.Check("token", name));
        if (body.Value is { AppName: not null, ConnectionId: not null })
            body.Problems.Add("connection_id", "A token is limited to an app or to a connection: give one of them.");
        if (body.Value.ExpiresAt <= api.TimeProvider.GetUtcNow())
            body.Problems.Add("expires_at", "A token must expire in the future.");
        body.Problems.ThrowIfAny();
        var asked = new NewToken
        {
            Name = body.Value.Name ?? "",
            Scope = body.Value.Scope ?? AccessScope.Read,
            AppName = body.Value.AppName,
            ConnectionId = body.Value.ConnectionId,
            ExpiresAt = body.Value.ExpiresAt,
        };
        var issued = await api.Fleet.Tokens.CreateAsync(asked, ApiContext.CallerOf(http).Actor, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(TokenView.Of(issued.Token) with { Secret = issued.Secret }, ApiJson.Options, statusCode: 201);
    }

    private async Task<IResult> RevokeAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var tokens = await api.Fleet.Tokens.ListAsync(cancellationToken);
        if (!tokens.Any(token => token.Name == name || token.Id.ToString() == name))
            throw ApiException.NotFound("token");
        await api.Fleet.Tokens.RevokeAsync(name, ApiContext.CallerOf(http).Actor, cancellationToken);
        return Results.NoContent();
    }
}
