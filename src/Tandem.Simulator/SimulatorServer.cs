using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Bulk.V1;
using Tandem.Simulator.Composite;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Events;
using Tandem.Simulator.Events.Cometd;
using Tandem.Simulator.Events.Topics;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Records;

namespace Tandem.Simulator;

/// <summary>A running simulated org: its data and the HTTP server that a Salesforce client takes for one. Tests, the demo and the
/// simulator's command start it and dispose it.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 50 * 1024 * 1024;

    private readonly WebApplication _application;
    private readonly BulkJobs _bulk;
    private string? _saveFile;

    private SimulatorServer(WebApplication application, Org org, SessionStore sessions, RecordSaver saver, OrgControl control,
        EventBus events, BulkJobs bulk, Uri baseAddress)
    {
        _application = application;
        Control = control;
        Org = org;
        Sessions = sessions;
        Saver = saver;
        Events = events;
        _bulk = bulk;
        BaseAddress = baseAddress;
    }

    public Uri BaseAddress { get; }

    public Org Org { get; }

    /// <summary>The live sessions: tests issue tokens and revoke them here.</summary>
    public SessionStore Sessions { get; }

    /// <summary>Saves in process, as any user, by the rules and with the stamps of the API.</summary>
    public RecordSaver Saver { get; }

    /// <summary>The org's events: what they are made of, where they are kept, and the faults that spoil them.</summary>
    public EventBus Events { get; }

    /// <summary>How Bulk jobs behave from now on.</summary>
    public BulkControl Bulk => _bulk.Control;

    /// <summary>Time, faults, limits, shape, rows and state of the org, from outside of its APIs.</summary>
    public OrgControl Control { get; }

    /// <summary>Reads the metadata, makes the data, or reads it from the save file, and listens.</summary>
    /// <exception cref="MetadataException">The metadata file does not describe an org.</exception>
    /// <exception cref="OrgFileException">The save file is no save file of this org.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var clock = new OrgClock(timeProvider);
        var org = new Org(MetadataReader.Load(options.MetadataFile), clock);
        var sessions = new SessionStore(org.OrganizationId, clock);
        var saver = new RecordSaver(org, options.CommitLag)
        {
            FindsNewParentsByKey = options.FindsNewParentsByKey,
            Faults = new SaveFaults(options.Seed),
        };
        var control = new OrgControl(org, clock, sessions, saver, new ApiUsage(options.DailyApiRequests, clock));
        if (options.SaveFile is not { } saveFile || !await control.LoadAsync(saveFile, cancellationToken))
            new Seeder(org, options).Run();
        var events = new EventBus(org, options.Events);
        var bulk = new BulkJobs(org, saver, new BulkControl(new BulkSettings { JobDelay = options.BulkJobDelay }));
        var application = Build(options);
        Use(application, sessions, control, org, saver, bulk, options);
        CometdEndpoints.Map(application, org, events, sessions);
        PushEndpoints.Map(application, org, events);
        new ControlEndpoints(control, sessions, saver, events, bulk.Control).Map(application, options, AddressOf(options));
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
        return new SimulatorServer(application, org, sessions, saver, control, events, bulk, new Uri(address))
        {
            _saveFile = options.SaveFile,
        };
    }

    /// <summary>Stops to listen and writes the save file, if there is one.</summary>
    /// <exception cref="IOException">The save file cannot be written; what stood there is untouched.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _application.StopAsync(cancellationToken);
        if (Interlocked.Exchange(ref _saveFile, null) is { } saveFile)
            await Control.SaveAsync(saveFile, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_saveFile is not null)
            await StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        Events.Dispose();
        await _bulk.DisposeAsync();
        Org.Dispose();
    }

    private static WebApplication Build(SimulatorOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestLineSize = RequestLimits.ServerLineBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = RequestLimits.ServerLineBytes;
            kestrel.Listen(AddressOf(options), options.Port);
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

    private static IPAddress AddressOf(SimulatorOptions options) =>
        options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(options.Host, out var parsed) ? parsed
        : throw new ArgumentException($"The host {options.Host} is neither an IP address nor localhost.", nameof(options));

    private static void Use(
        WebApplication application, SessionStore sessions, OrgControl control, Org org, RecordSaver saver, BulkJobs bulk,
        SimulatorOptions options)
    {
        var errors = new ErrorAnswers(application.Services.GetService<Microsoft.Extensions.Logging.ILogger<ErrorAnswers>>()
            ?? NullLogger<ErrorAnswers>.Instance);
        var access = new AccessCheck(sessions, control.Usage, control.OpenCalls);
        application.Use(next => context =>
        {
            context.Request.Path = CleanPath.Of(context.Request.Path);
            MethodOverride.Apply(context.Request);
            return next(context);
        });
        UseControl(application, control, sessions);
        application.UseResponseCompression();
        application.Use(next => context => errors.InvokeAsync(context, next));
        application.Use(next => context => access.InvokeAsync(context, next));
        application.UseRequestDecompression();
        var runner = new SubrequestRunner(errors);
        application.Use(next => async context =>
        {
            await org.Upkeep.RunAsync(context.RequestAborted);
            await next(context);
        });
        application.Use(runner.Capture);
        application.UseRouting();
        Map(application, org, saver, control.Usage);
        CompositeEndpoints.Map(application, saver, runner);
        BatchEndpoints.Map(application, runner);
        GraphEndpoints.Map(application, saver, runner);
        TreeEndpoints.Map(application, org, saver);
        OAuthEndpoints.Map(application, org, sessions, BuildSettings(org, options));
        QueryEndpoints.Map(application, org);
        bulk.Map(application, new V1Door(sessions, control.Usage),
            application.Services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
    }

    /// <summary>Calls of the control plane itself are neither logged nor limited, and meet no fault.</summary>
    private static void UseControl(WebApplication application, OrgControl control, SessionStore sessions)
    {
        var recorder = new CallRecorder(control.Calls, control.OpenCalls, control.Clock);
        var stopping = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var faults = new FaultGate(control.Faults, sessions, control.Clock, stopping);
        application.UseWhen(IsOrgCall, org =>
        {
            org.Use(next => context => recorder.InvokeAsync(context, next));
            org.Use(next => context => faults.InvokeAsync(context, next));
            org.Use(next => context => RequestLimits.InvokeAsync(context, next));
        });
    }

    private static bool IsOrgCall(HttpContext context) =>
        !context.Request.Path.StartsWithSegments(ControlRoutes.Root, StringComparison.OrdinalIgnoreCase);

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
