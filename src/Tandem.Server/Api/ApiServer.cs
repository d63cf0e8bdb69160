using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Server.Api.OpenApi;
using Tandem.Server.Api.V3;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api;

/// <summary>
/// The REST API of a server over HTTP: discovery and version 3 as Heroku Connect has them, so that its command line works against it,
/// version 1 of Tandem's own, and health. Kestrel's own configuration (environment variables that begin with <c>Kestrel__</c>) adds
/// certificates and limits.
/// </summary>
public sealed class ApiServer : IAsyncDisposable
{
    /// <summary>A mapping file of a thousand objects with all their fields is some megabytes.</summary>
    private const long LargestBody = 16 * 1024 * 1024;

    /// <summary>What a stop leaves to the requests that are under way; a server has ten seconds for all of its stop.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;

    private ApiServer(WebApplication app) => _app = app;

    /// <summary>Where it is served, with the port that it got.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <exception cref="ConfigurationException">The address cannot be had.</exception>
    public static async Task<ApiServer> StartAsync(
        ConnectionFleet fleet,
        ApiOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(options.Address);
        builder.Services.AddSingleton(loggerFactory);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(fleet.Tokens);
        builder.Services.AddSingleton(fleet.SignIn);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        ApiDocument.AddTo(builder.Services);
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        var app = builder.Build();
        app.UseMiddleware<RequestTrace>();
        app.UseMiddleware<ErrorAnswers>();
        app.UseRouting();
        app.UseMiddleware<AccessGate>();
        var desk = new Lazy<SignInDesk?>(() => options.SignIn is { } signIn
            ? new SignInDesk(fleet, signIn with { CallbackUrl = CallbackOf(app, options) }, timeProvider, loggerFactory)
            : null);
        var api = new ApiContext(fleet, timeProvider);
        Map(app, api, () => desk.Value);
        V1.Routes.Map(app, api, options);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            await app.DisposeAsync();
            var address = new Uri(options.Address);
            throw new ConfigurationException(
                exception.InnerException is AddressInUseException
                    ? $"Port {address.Port} is taken on {address.Host}: end the program that listens there, or choose another port."
                    : $"The API cannot be served at {address}: {exception.Message}",
                exception);
        }

        return new ApiServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    /// <summary>Known once the port is.</summary>
    private static Uri CallbackOf(WebApplication app, ApiOptions options) =>
        new(options.PublicUrl ?? new Uri(app.Urls.First()), SignInDesk.CallbackPath);

    private static void Map(WebApplication app, ApiContext api, Func<SignInDesk?> findDesk)
    {
        new HealthEndpoints(api).Map(app);
        new MetricsEndpoint(api).Map(app);
        ApiDocument.Map(app);
        var v3 = app.MapGroup("");
        foreach (var status in new[] { 400, 401, 403, 404 })
            v3.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorBody), ["application/json"]));
        new DiscoveryEndpoints(api).Map(v3);
        new ConnectionEndpoints(api).Map(v3);
        new ActionEndpoints(api).Map(v3);
        new MappingEndpoints(api).Map(v3);
        new NotificationEndpoints(api).Map(v3);
        new SignInEndpoints(api, findDesk).Map(v3);
        new ValidationEndpoints(api).Map(v3);
        new VersionEndpoints(api).Map(v3);
    }
}
