using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Describe;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Limits;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;

namespace Tandem.Salesforce;

/// <summary>
/// One org as one user: the doorway to its APIs. A request runs through the session (sign-in, renewal), the retries and the socket.
/// Safe for concurrent use; one client serves a connection for as long as it lives.
/// </summary>
public sealed class SalesforceClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Bounds how long a moved host's old address stays in use.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    private readonly HttpMessageInvoker sockets;
    private readonly HttpMessageInvoker pipeline;
    private readonly SessionKeeper sessions;
    private readonly ApiMeter meter = new();

    public SalesforceClient(SalesforceOptions options, OAuthGrant grant, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        var problems = options.FindProblems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(' ', problems), nameof(options));

        var handler = new SocketsHttpHandler
        {
            // Compression costs more than it saves where the wire is memory.
            AutomaticDecompression = options.LoginUrl.IsLoopback
                ? DecompressionMethods.None
                : DecompressionMethods.GZip | DecompressionMethods.Deflate,

            // A redirect would carry the token to a host that the sign-in did not name.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
        };
        sockets = new HttpMessageInvoker(handler);
        sessions = new SessionKeeper(new TokenEndpoint(sockets, options, timeProvider), grant, loggerFactory.CreateLogger<SessionKeeper>());
        var retries = new RetryHandler(options, timeProvider, meter, loggerFactory.CreateLogger<RetryHandler>()) { InnerHandler = handler };
        var session = new SessionHandler(sessions, options.ClientName, loggerFactory.CreateLogger<SessionHandler>())
        {
            InnerHandler = retries,
        };
        pipeline = new HttpMessageInvoker(session);

        var connection = new ApiConnection(pipeline, options, timeProvider);
        Describe = new DescribeClient(connection);
        Soql = new SoqlClient(connection);
        Records = new RecordsClient(connection);
        BulkQuery = new BulkQueryClient(connection);
        Limits = new LimitsClient(connection);
    }

    public DescribeClient Describe { get; }

    public SoqlClient Soql { get; }

    public RecordsClient Records { get; }

    public BulkQueryClient BulkQuery { get; }

    public LimitsClient Limits { get; }

    /// <summary>The org's count of API requests as of the last answer; null before the first.</summary>
    public ApiUsage? Usage => meter.Usage;

    /// <summary>API requests that this client sent, repetitions included, token requests not.</summary>
    public long CallCount => meter.CallCount;

    /// <summary>
    /// Called with a rotated refresh token before the session it came with is used; store it, the old one is dead. Set it before the first
    /// call.
    /// </summary>
    public Func<string, CancellationToken, Task>? RefreshTokenRotated
    {
        get => sessions.RefreshTokenRotated;
        set => sessions.RefreshTokenRotated = value;
    }

    /// <summary>Gets a session if there is none; the first call of any API does so too.</summary>
    public async Task<OrgIdentity> SignInAsync(CancellationToken cancellationToken)
    {
        var session = await sessions.GetAsync(stale: null, cancellationToken);
        return session.Identity;
    }

    public void Dispose()
    {
        sessions.Dispose();
        pipeline.Dispose();
        sockets.Dispose();
    }
}
