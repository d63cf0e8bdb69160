using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Composite;
using Tandem.Simulator.Data;
using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Records;
using Tandem.Simulator.Soap;

namespace Tandem.Simulator;

/// <summary>A running simulated org: its data and the HTTP server that a Salesforce client takes for one. Tests, the demo and the
/// simulator's command start it and dispose it.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 50 * 1024 * 1024;

    private readonly WebApplication _application;

    private SimulatorServer(WebApplication application, Org org, SessionStore sessions, AppRegistry apps, UserLogins logins,
        RecordSaver saver, Uri baseAddress)
    {
        _application = application;
        Org = org;
        Sessions = sessions;
        Apps = apps;
        Logins = logins;
        Saver = saver;
        BaseAddress = baseAddress;
    }

    public Uri BaseAddress { get; }

    public Org Org { get; }

    /// <summary>The live sessions: tests issue tokens and revoke them here.</summary>
    public SessionStore Sessions { get; }

    /// <summary>The apps that may sign users in; tests add their own.</summary>
    public AppRegistry Apps { get; }

    /// <summary>Passwords and the right to come in: tests freeze users here.</summary>
    public UserLogins Logins { get; }

    /// <summary>Saves in process, as any user, by the rules and with the stamps of the API.</summary>
    public RecordSaver Saver { get; }

    /// <summary>Reads the metadata, makes the data and listens.</summary>
    /// <exception cref="MetadataException">The metadata file does not describe an org.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var org = new Org(MetadataReader.Load(options.MetadataFile), timeProvider);
        new Seeder(org, options).Run();
        var sessions = new SessionStore(org.OrganizationId, timeProvider) { Lifetime = options.SignIn.SessionIdleLifetime };
        var apps = new AppRegistry([OwnApp(options), .. options.SignIn.Apps]);
        var logins = new UserLogins(org, sessions, options.SignIn, options.Password);
        var saver = new RecordSaver(org, options.CommitLag)
        {
            FindsNewParentsByKey = options.FindsNewParentsByKey,
            Faults = new SaveFaults(options.Seed),
        };
        var application = Build(options);
        var usage = new ApiUsage(options.DailyApiRequests, timeProvider);
        Use(application, sessions, usage, org, saver, options);
        OAuthEndpoints.Map(application, org, sessions, apps, logins, options.SignIn);
        SoapEndpoint.Map(application, org, saver, sessions, logins, usage);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await application.DisposeAsync();
            throw new IOException(
                $"Port {options.Port} is taken on {options.Host}: end the program that listens there, or choose another port.", exception);
        }

        var features = application.Services.GetRequiredService<IServer>().Features;
        var address = features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new SimulatorServer(application, org, sessions, apps, logins, saver, new Uri(address));
    }

    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Org.Dispose();
    }

    private static WebApplication Build(SimulatorOptions options)
    {
        var address = options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(options.Host, out var parsed) ? parsed
            : throw new ArgumentException($"The host {options.Host} is neither an IP address nor localhost.", nameof(options));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
            kestrel.Listen(address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddRequestDecompression();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["application/json", "text/csv", "text/xml"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        return builder.Build();
    }

    private static void Use(
        WebApplication application, SessionStore sessions, ApiUsage usage, Org org, RecordSaver saver, SimulatorOptions options)
    {
        var errors = new ErrorAnswers(application.Services.GetService<Microsoft.Extensions.Logging.ILogger<ErrorAnswers>>()
            ?? NullLogger<ErrorAnswers>.Instance);
        var access = new AccessCheck(sessions, usage);
        application.Use(next => context =>
        {
            context.Request.Path = CleanPath.Of(context.Request.Path);
            MethodOverride.Apply(context.Request);
            return next(context);
        });
        application.UseResponseCompression();
        application.Use(next => context => errors.InvokeAsync(context, next));
        application.Use(next => context => access.InvokeAsync(context, next));
        application.UseRequestDecompression();
        application.Use(next => async context =>
        {
            await org.Upkeep.RunAsync(context.RequestAborted);
            await next(context);
        });
        var runner = new SubrequestRunner(errors);
        application.Use(runner.Capture);
        application.UseRouting();
        Map(application, org, saver, usage);
        CompositeEndpoints.Map(application, saver, runner);
        BatchEndpoints.Map(application, runner);
        GraphEndpoints.Map(application, saver, runner);
        TreeEndpoints.Map(application, org, saver);
        QueryEndpoints.Map(application, org);
        BulkQueryEndpoints.Map(application, org, new BulkSettings { UserId = org.AdminUserId, JobDelay = options.BulkJobDelay });
    }

    private static void Map(IEndpointRouteBuilder routes, Org org, RecordSaver saver, ApiUsage usage)
    {
        VersionEndpoints.Map(routes, org, usage);
        DescribeEndpoints.Map(routes, org);
        RecordEndpoints.Map(routes, org, saver);
        UpsertEndpoints.Map(routes, org, saver);
        CollectionEndpoints.Map(routes, org, saver);
        RetrieveEndpoints.Map(routes, org);
        ReplicationEndpoints.Map(routes, org);
    }

    private static ConnectedApp OwnApp(SimulatorOptions options) => new()
    {
        ClientId = options.ClientId,
        ClientSecret = options.ClientSecret,
        RunAsUserName = options.UserName,
    };
}
