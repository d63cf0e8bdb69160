using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.PubSub.Grpc;

namespace Tandem.Simulator.PubSub;

/// <summary>The org's Pub/Sub API on a port of its own, as the platform has it: gRPC over HTTP/2. The simulator's server starts and
/// disposes it.</summary>
internal sealed class PubSubServer : IAsyncDisposable
{
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(60);

    private readonly WebApplication _application;

    private PubSubServer(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="certificate">Null serves plain text.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<PubSubServer> StartAsync(
        IPAddress host, int port, X509Certificate2? certificate, Org org, SessionStore sessions, EventBus bus,
        ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var application = Build(host, port, certificate);
        application.UseRouting();
        new PubSubService(org, sessions, bus, loggers.CreateLogger<GrpcMethod>()).Map(application);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await application.DisposeAsync();
            throw new IOException(
                $"Port {port} is taken on {host}: end the program that listens there, or choose another port for Pub/Sub.", exception);
        }

        var features = application.Services.GetRequiredService<IServer>().Features;
        return new PubSubServer(application, new Uri(features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static WebApplication Build(IPAddress host, int port, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            // Streams are quiet for as long as they like.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            // More than the service takes, so that it is the one to refuse.
            kestrel.Limits.Http2.MaxStreamsPerConnection = PubSubService.MaxStreams * 2;
            kestrel.Limits.Http2.KeepAlivePingDelay = PingAfter;
            kestrel.Listen(host, port, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                    listener.UseHttps(certificate);
            });
        });
        builder.Services.AddRoutingCore();
        // Streams do not end by themselves: those that are open when the server stops are cut.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        return builder.Build();
    }
}
