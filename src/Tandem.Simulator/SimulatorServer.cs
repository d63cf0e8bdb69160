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
using Microsoft.Extensions.DependencyInjection;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.PubSub;
using Tandem.Simulator.Records;
using Tandem.Simulator.Tls;

namespace Tandem.Simulator;

/// <summary>A running simulated org: its data and the servers that a Salesforce client takes for one. Tests, the demo and the
/// simulator's command start it and dispose it.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxBodyBytes = 50 * 1024 * 1024;

    private readonly OrgParts _parts;
    private readonly TestAuthority _authority;
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _application;
    private readonly SimulatorOptions _options;
    private PubSubServer? _pubSub;
    private int _isStopped;

    private SimulatorServer(
        OrgParts parts, TestAuthority authority, X509Certificate2 certificate, WebApplication application, SimulatorOptions options)
    {
        _parts = parts;
        _authority = authority;
        _certificate = certificate;
        _application = application;
        _options = options;
    }

    public Uri BaseAddress
    {
        get
        {
            var features = _application.Services.GetRequiredService<IServer>().Features;
            return new Uri(features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        }
    }

    /// <summary>Where the Pub/Sub API listens; null when the options leave it out.</summary>
    public Uri? PubSubAddress => _pubSub?.Address;

    /// <summary>The certificate of the CA that clients must trust.</summary>
    public X509Certificate2 TestAuthority => _authority.Certificate;

    /// <summary>The same as a file; null when no folder keeps it.</summary>
    public string? TestAuthorityFile => _authority.CertificateFile;

    public Org Org => _parts.Org;

    /// <summary>The live sessions: tests issue tokens and revoke them here.</summary>
    public SessionStore Sessions => _parts.Sessions;

    /// <summary>The apps that may sign users in; tests add their own.</summary>
    public AppRegistry Apps => _parts.Apps;

    /// <summary>Passwords and the right to come in: tests freeze users here.</summary>
    public UserLogins Logins => _parts.Logins;

    /// <summary>Saves in process, as any user, by the rules and with the stamps of the API.</summary>
    public RecordSaver Saver => _parts.Saver;

    /// <summary>How Bulk jobs behave and fail from now on.</summary>
    public BulkControl Bulk => _parts.Bulk.Control;

    /// <summary>The org's events: what they are made of, where they are kept, and the faults that spoil them.</summary>
    public EventBus Events => _parts.Events;

    /// <summary>Time, faults, limits, shape, rows and state of the org, from outside of its APIs.</summary>
    public OrgControl Control => _parts.Control;

    /// <summary>Reads the metadata, makes the data, or reads it from the save file, and listens.</summary>
    /// <exception cref="MetadataException">The metadata file does not describe an org.</exception>
    /// <exception cref="OrgFileException">The save file is no save file of this org.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var parts = await OrgParts.CreateAsync(options, timeProvider, cancellationToken);
        SimulatorServer? server = null;
        try
        {
            server = Assemble(parts, options);
            await server.ListenAsync(cancellationToken);
            return server;
        }
        catch
        {
            if (server is null)
            {
                await parts.DisposeAsync();
                throw;
            }

            // What did not start has nothing to save.
            server._isStopped = 1;
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops to listen and writes the save file, if there is one.</summary>
    /// <exception cref="IOException">The save file cannot be written; what stood there is untouched.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isStopped, 1) == 1)
            return;
        await _application.StopAsync(cancellationToken);
        if (_options.SaveFile is { } saveFile)
            await Control.SaveAsync(saveFile, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pubSub is not null)
            await _pubSub.DisposeAsync();
        try
        {
            await StopAsync(CancellationToken.None);
        }
        finally
        {
            await _application.DisposeAsync();
            await _parts.DisposeAsync();
            _certificate.Dispose();
            _authority.Dispose();
        }
    }

    internal static IPAddress AddressOf(SimulatorOptions options) =>
        options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(options.Host, out var parsed) ? parsed
        : throw new ArgumentException($"The host {options.Host} is neither an IP address nor localhost.", nameof(options));

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new IOException(
                $"Port {_options.Port} is taken on {_options.Host}: end the program that listens there, or choose another port.",
                exception);
        }

        if (_options.PubSubPort is { } port)
        {
            _pubSub = await PubSubServer.StartAsync(AddressOf(_options), port, _options.PubSubPlainText ? null : _certificate, Org,
                Sessions, Events, _options.Loggers, cancellationToken);
        }
    }

    private static SimulatorServer Assemble(OrgParts parts, SimulatorOptions options)
    {
        var authority = Tls.TestAuthority.Open(options.TlsFolder);
        var certificate = authority.IssueFor(options.Host);
        var application = Build(options, options.Tls ? certificate : null);
        OrgPipeline.Use(application, parts, options);
        return new SimulatorServer(parts, authority, certificate, application, options);
    }

    private static WebApplication Build(SimulatorOptions options, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestLineSize = RequestLimits.ServerLineBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = RequestLimits.ServerLineBytes;
            kestrel.Listen(AddressOf(options), options.Port, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddRequestDecompression();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["application/json", "text/csv", "text/xml"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        return builder.Build();
    }
}
