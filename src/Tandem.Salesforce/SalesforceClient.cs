using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Composite;
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

    private readonly HttpMessageInvoker _sockets;
    private readonly HttpMessageInvoker _pipeline;
    private readonly SessionKeeper _sessions;
    private readonly ApiMeter _meter;

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

            // Our traces are none of the org's business.
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
        };
        _meter = new ApiMeter(timeProvider);
        _sockets = new HttpMessageInvoker(handler);
        _sessions = new SessionKeeper(
            new TokenEndpoint(_sockets, options, timeProvider), grant, loggerFactory.CreateLogger<SessionKeeper>());
        var retries = new RetryHandler(
            options, timeProvider, _meter, loggerFactory.CreateLogger<RetryHandler>()) { InnerHandler = handler };
        var session = new SessionHandler(_sessions, options.ClientName, loggerFactory.CreateLogger<SessionHandler>())
        {
            InnerHandler = retries,
        };
        _pipeline = new HttpMessageInvoker(session);

        var connection = new ApiConnection(_pipeline, options, timeProvider);
        Describe = new DescribeClient(connection);
        Soql = new SoqlClient(connection);
        Changes = new ChangesClient(connection);
        Records = new RecordsClient(connection, WriteOptions.None);
        Composite = new CompositeClient(connection);
        BulkQuery = new BulkQueryClient(connection);
        BulkIngest = new BulkIngestClient(connection);
        Limits = new LimitsClient(connection);
        Identity = new IdentityClient(connection, Soql, _sessions);
        Versions = new VersionsClient(connection);
    }

    public DescribeClient Describe { get; }

    public SoqlClient Soql { get; }

    public ChangesClient Changes { get; }

    public RecordsClient Records { get; }

    public CompositeClient Composite { get; }

    public BulkQueryClient BulkQuery { get; }

    public BulkIngestClient BulkIngest { get; }

    public LimitsClient Limits { get; }

    public IdentityClient Identity { get; }

    public VersionsClient Versions { get; }

    /// <summary>The org's count of API requests as of the last answer; null before the first.</summary>
    public ApiUsage? Usage => _meter.Usage;

    /// <summary>API requests that this client sent, repetitions included, token requests not.</summary>
    public long CallCount => _meter.CallCount;

    /// <summary>
    /// What the org's clock shows, to the second, as its last answer told it; null before the first. Whatever is compared with stamps of
    /// records is reckoned by it and never by the clock of this machine.
    /// </summary>
    public DateTimeOffset? OrgNow => _meter.OrgNow;

    /// <summary>
    /// Called with a rotated refresh token before the session it came with is used; store it, the old one is dead. A code brings its first
    /// one here. Set it before the first call.
    /// </summary>
    public Func<string, CancellationToken, Task>? RefreshTokenRotated
    {
        get => _sessions.RefreshTokenRotated;
        set => _sessions.RefreshTokenRotated = value;
    }

    /// <summary>Gets a session if there is none; the first call of any API does so too.</summary>
    public async Task<OrgIdentity> SignInAsync(CancellationToken cancellationToken)
    {
        var session = await _sessions.GetAsync(stale: null, cancellationToken);
        return session.Identity;
    }

    /// <summary>Gives a refresh token back to the org, with the sessions that it brought; other grants have nothing to give back.</summary>
    public Task SignOutAsync(CancellationToken cancellationToken) => _sessions.RevokeAsync(cancellationToken);

    public void Dispose()
    {
        _sessions.Dispose();
        _pipeline.Dispose();
        _sockets.Dispose();
    }
}
