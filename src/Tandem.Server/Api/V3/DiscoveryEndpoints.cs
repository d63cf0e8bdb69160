using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Api.V1;
using Tandem.Server.Hosting;

namespace Tandem.Server.Api.V3;

/// <summary>
/// How a command line finds the connections of an app. Discovery and the connections have one address here, and a token sees from the start
/// what it may see. Source: heroku-connect.md, section 12.2.
/// </summary>
internal sealed class DiscoveryEndpoints(ApiContext api)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/{app}", (HttpContext http, string app) => Authorize(http, app));
        routes.MapPost("/api/v3/users/me/apps/{app}/auth", (HttpContext http, string app) => Authorize(http, app))
            .WithSummary("Begins with an app: tells its connections.");
        routes.MapGet("/connections", List);
        routes.MapGet("/api/v3/connections", List)
            .WithSummary("The connections.")
            .Takes(
                new QueryParameter("app", "Only those of this app."),
                new QueryParameter("resource_name", "Only the one of this name."),
                new QueryParameter("resource_id", "The same, for older clients."));
        routes.MapGet("/api/v3/apps/{app}", (HttpContext http, string app) => Databases(http, app))
            .WithSummary("The databases that a connection of an app can be set to.");
    }

    private AppAuthorization Authorize(HttpContext http, string app)
    {
        var name = ApiContext.CallerOf(http).Actor.Name;
        return new AppAuthorization(
            new AppUser(Views.AppIdOf(name), name), [.. Of(http, app).Select(life => Views.List(life, http))]);
    }

    /// <summary>Without an app all connections are listed that there are for the caller.</summary>
    private ConnectionList List(HttpContext http)
    {
        var (app, resource) = (Query(http, "app"), Query(http, "resource_name") ?? Query(http, "resource_id"));
        var found = (app is null ? api.ConnectionsOf(http) : Of(http, app))
            .Where(life => resource is null || life.Connection.Name == resource || life.Id.ToString() == resource)
            .Select(life => Views.List(life, http))
            .ToList();
        return new ConnectionList(found);
    }

    /// <summary>The databases that a connection can be set to, by the names that <c>db_key</c> takes.</summary>
    private AppDatabases Databases(HttpContext http, string app)
    {
        if (!Of(http, app).Any())
            throw ApiException.NotFound("app");
        return new AppDatabases([.. api.DatabasesOf(http).Select(name => new AppDatabase(name, Addon: null))]);
    }

    private IEnumerable<ConnectionLife> Of(HttpContext http, string app) => api.ConnectionsOf(http).Where(
        life => life.Connection.AppName == app || Views.AppIdOf(life.Connection.AppName).ToString() == app);

    private static string? Query(HttpContext http, string name) =>
        http.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
}
