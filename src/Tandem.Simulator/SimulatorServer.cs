using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Bulk.V1;
using Tandem.Simulator.Composite;
using Tandem.Simulator.Data;
using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Events;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.PubSub;
using Tandem.Simulator.Query;
using Tandem.Simulator.Records;
using Tandem.Simulator.Tls;

namespace Tandem.Simulator;

/// <summary>A running simulated org: its data and the HTTP server that a Salesforce client takes for one. Tests, the demo and the
/// simulator's command start it and dispose it.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 50 * 1024 * 1024;

    private readonly WebApplication _application;
    private readonly BulkJobs _bulk;

    private readonly TestAuthority _authority;
    private PubSubServer? _pubSub;

    private SimulatorServer(WebApplication application, Org org, SessionStore sessions, RecordSaver saver, BulkJobs bulk, EventBus events,
        TestAuthority authority, Uri baseAddress)
    {
        _authority = authority;
        _application = application;
        Org = org;
        Sessions = sessions;
        Saver = saver;
        _bulk = bulk;
        Events = events;
        BaseAddress = baseAddress;
    }

    public Uri BaseAddress { get; }

    public Org Org { get; }

    /// <summary>The live sessions: tests issue tokens and revoke them here.</summary>
    public SessionStore Sessions { get; }

    /// <summary>Saves in process, as any user, by the rules and with the stamps of the API.</summary>
    public RecordSaver Saver { get; }

    /// <summary>How Bulk jobs behave and fail from now on.</summary>
    public BulkControl Bulk => _bulk.Control;

    /// <summary>The org's events: what they are made of, where they are kept, and the faults that spoil them.</summary>
    public EventBus Events { get; }

    /// <summary>Where the Pub/Sub API listens; null when the options leave it out.</summary>
    public Uri? PubSubAddress => _pubSub?.Address;

    /// <summary>The certificate of the CA that clients must trust.</summary>
    public X509Certificate2 TestAuthority => _authority.Certificate;

    /// <summary>The same as a file; null when no folder keeps it.</summary>
    public string? TestAuthorityFile => _authority.CertificateFile;

    /// <summary>Reads the metadata, makes the data and listens.</summary>
    /// <exception cref="MetadataException">The metadata file does not describe an org.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var org = new Org(MetadataReader.Load(options.MetadataFile), timeProvider);
        new Seeder(org, options).Run();
        var sessions = new SessionStore(org.OrganizationId, timeProvider);
        var saver = new RecordSaver(org, options.CommitLag)
        {
            FindsNewParentsByKey = options.FindsNewParentsByKey,
            Faults = new SaveFaults(options.Seed),
        };
        var bulk = new BulkJobs(org, saver, new BulkControl(new BulkSettings { JobDelay = options.BulkJobDelay }));
        var events = new EventBus(org, options.Events);
        var authority = Tls.TestAuthority.Open(options.TlsFolder);
        var certificate = authority.IssueFor(options.Host);
        var application = Build(options, options.Tls ? certificate : null);
        Use(application, sessions, new ApiUsage(options.DailyApiRequests, timeProvider), org, saver, bulk, options);
        EventEndpoints.Map(application, org, events, sessions);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await application.DisposeAsync();
            await bulk.DisposeAsync();
            throw new IOException(
                $"Port {options.Port} is taken on {options.Host}: end the program that listens there, or choose another port.", exception);
        }

        var features = application.Services.GetRequiredService<IServer>().Features;
        var address = features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        var server = new SimulatorServer(application, org, sessions, saver, bulk, events, authority, new Uri(address));
        await server.StartPubSubAsync(options, certificate, cancellationToken);
        return server;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_pubSub is not null)
            await _pubSub.DisposeAsync();
        await _application.DisposeAsync();
        await _bulk.DisposeAsync();
        Events.Dispose();
        Org.Dispose();
        _authority.Dispose();
    }

    private async Task StartPubSubAsync(SimulatorOptions options, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        if (options.PubSubPort is not { } port)
            return;
        try
        {
            _pubSub = await PubSubServer.StartAsync(AddressOf(options), port, options.PubSubPlainText ? null : certificate, Org, Sessions,
                Events, cancellationToken);
        }
        catch (IOException)
        {
            await DisposeAsync();
            throw;
        }
    }

    private static IPAddress AddressOf(SimulatorOptions options) =>
        options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(options.Host, out var parsed) ? parsed
            : throw new ArgumentException($"The host {options.Host} is neither an IP address nor localhost.", nameof(options));

    private static WebApplication Build(SimulatorOptions options, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
            kestrel.Listen(AddressOf(options), options.Port, listener =>
            {
                if (certificate is not null)
                    listener.UseHttps(certificate);
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddRequestDecompression();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["application/json", "text/csv"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        return builder.Build();
    }

    private static void Use(
        WebApplication application, SessionStore sessions, ApiUsage usage, Org org, RecordSaver saver, BulkJobs bulk,
        SimulatorOptions options)
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
        OAuthEndpoints.Map(application, org, sessions, BuildSettings(org, options));
        QueryEndpoints.Map(application, org);
        bulk.Map(application, new V1Door(sessions, usage), application.Services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
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

    private static OAuthSettings BuildSettings(Org org, SimulatorOptions options) => new()
    {
        OrganizationId = org.OrganizationId,
        UserId = org.AdminUserId,
        UserName = options.UserName,
        Password = options.Password,
        ClientId = options.ClientId,
        ClientSecret = options.ClientSecret,
        FullName = "Admin User",
        Email = options.UserName,
    };
}
