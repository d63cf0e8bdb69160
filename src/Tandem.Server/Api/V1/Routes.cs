using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Server.Api.V1;

/// <summary>The addresses of version 1, Tandem's own side of the REST API: everything there refuses what it does not know.</summary>
internal static class Routes
{
    public const string Root = "/api/v1";

    public static void Map(IEndpointRouteBuilder routes, ApiContext api, ApiOptions options)
    {
        var root = routes.MapGroup(Root).AddEndpointFilter(QueryParameter.RefuseOthers);
        foreach (var status in new[] { 400, 401, 403, 404 })
            root.WithMetadata(Failure(status));
        new ConnectionEndpoints(api).Map(root);
        new MappingEndpoints(api).Map(root);
        new HistoryEndpoints(api).Map(root);
        new RequestEndpoints(api).Map(root);
        new VerificationEndpoints(api).Map(root);
        new AdoptionEndpoints(api).Map(root);
        new LogEndpoints(api).Map(root);
        new TokenEndpoints(api).Map(root);
        new UserEndpoints(api).Map(root);
        new AuditEndpoints(api).Map(root);
        new SessionEndpoints(api, options).Map(root);
    }

    private static ProducesResponseTypeMetadata Failure(int status) => new(status, typeof(Problem), [Problem.ContentType]);

    /// <summary>The endpoint takes a JSON body of this type.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint)
        where T : class => endpoint.Accepts<T>("application/json");

    /// <summary>The endpoint takes these query parameters.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params QueryParameter[] parameters) =>
        endpoint.WithMetadata([.. parameters]);

    /// <summary>The endpoint may answer with problem details of this status, beside those that every endpoint has.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, int status) => endpoint.WithMetadata(Failure(status));

    /// <summary>The endpoint answers with a page of a list.</summary>
    public static RouteHandlerBuilder Lists<T>(this RouteHandlerBuilder endpoint, params QueryParameter[] parameters) =>
        endpoint.Takes([.. parameters, QueryParameter.After, QueryParameter.Limit]).Produces<ItemList<T>>();
}
