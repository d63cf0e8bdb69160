using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Limits;

namespace Tandem.Salesforce.Http;

/// <summary>
/// The way of a request: the session (sign-in, renewal), the retries and the socket. There is one for an org and a user, and the clients of
/// all purposes share it.
/// </summary>
internal sealed class Pipeline : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Bounds how long a moved host's old address stays in use.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    private readonly HttpMessageInvoker _sockets;
    private readonly HttpMessageInvoker _invoker;
    private readonly SalesforceOptions _options;
    private readonly TimeProvider _timeProvider;

    public Pipeline(SalesforceOptions options, OAuthGrant grant, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        var handler = new SocketsHttpHandler
        {
            // Compression costs more than it saves where the wire is memory.
            AutomaticDecompression = options.LoginUrl.IsLoopback
                ? DecompressionMethods.None
                : DecompressionMethods.GZip | DecompressionMethods.Deflate,

            // A redirect would carry the token to a host that the sign-in did not name.
            AllowAutoRedirect = false,
            UseCookies = false,

            // Our traces are none of the org's business.
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
        };
        _options = options;
        _timeProvider = timeProvider;
        Meter = new ApiMeter(timeProvider);
        _sockets = new HttpMessageInvoker(handler);
        Sessions = new SessionKeeper(
            new TokenEndpoint(_sockets, options, timeProvider), grant, loggerFactory.CreateLogger<SessionKeeper>());
        var retries = new RetryHandler(
            options, timeProvider, Meter, loggerFactory.CreateLogger<RetryHandler>()) { InnerHandler = handler };
        var session = new SessionHandler(Sessions, options.ClientName, loggerFactory.CreateLogger<SessionHandler>())
        {
            InnerHandler = retries,
        };
        _invoker = new HttpMessageInvoker(session);
    }

    public ApiMeter Meter { get; }

    public SessionKeeper Sessions { get; }

    /// <summary>What the clients of one purpose send through.</summary>
    public ApiConnection ConnectFor(CallPurpose purpose) => new(_invoker, _options, _timeProvider, Meter.CounterOf(purpose));

    public void Dispose()
    {
        Sessions.Dispose();
        _invoker.Dispose();
        _sockets.Dispose();
    }
}
