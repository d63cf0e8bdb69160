using System.Collections.Concurrent;
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
/// One org as one user: the doorway to its APIs. Safe for concurrent use; one client serves a connection for as long as it lives, and
/// <see cref="For"/> gives others of it that count their calls apart.
/// </summary>
public sealed class SalesforceClient : IDisposable
{
    private readonly Pipeline _pipeline;
    private readonly ConcurrentDictionary<CallPurpose, SalesforceClient> _clients;
    private readonly CallPurpose _purpose;

    public SalesforceClient(SalesforceOptions options, OAuthGrant grant, TimeProvider timeProvider, ILoggerFactory loggerFactory)
        : this(Open(options, grant, timeProvider, loggerFactory), new(), CallPurpose.Unsaid)
    {
    }

    private SalesforceClient(
        Pipeline pipeline, ConcurrentDictionary<CallPurpose, SalesforceClient> clients, CallPurpose purpose)
    {
        _pipeline = pipeline;
        _clients = clients;
        _purpose = purpose;
        var connection = pipeline.ConnectFor(purpose);
        Describe = new DescribeClient(connection);
        Soql = new SoqlClient(connection);
        Changes = new ChangesClient(connection);
        Records = new RecordsClient(connection, WriteOptions.None);
        Composite = new CompositeClient(connection);
        BulkQuery = new BulkQueryClient(connection);
        BulkIngest = new BulkIngestClient(connection);
        Limits = new LimitsClient(connection);
        Identity = new IdentityClient(connection, Soql, pipeline.Sessions);
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
    public ApiUsage? Usage => _pipeline.Meter.Usage;

    /// <summary>API requests that were sent by this client and all others of it, repetitions included, token requests not.</summary>
    public long CallCount => _pipeline.Meter.CallCount;

    /// <summary>Those that were sent for this client's purpose.</summary>
    public long OwnCallCount => _pipeline.Meter.CounterOf(_purpose).Count;

    /// <summary>
    /// What the org's clock shows, to the second, as its last answer told it; null before the first. Whatever is compared with stamps of
    /// records is reckoned by it and never by the clock of this machine.
    /// </summary>
    public DateTimeOffset? OrgNow => _pipeline.Meter.OrgNow;

    /// <summary>
    /// Called with a rotated refresh token before the session it came with is used; store it, the old one is dead. A code brings its first
    /// one here. Set it before the first call.
    /// </summary>
    public Func<string, CancellationToken, Task>? RefreshTokenRotated
    {
        get => _pipeline.Sessions.RefreshTokenRotated;
        set => _pipeline.Sessions.RefreshTokenRotated = value;
    }

    /// <summary>The same org, user and session, whose calls are counted for a purpose. It is the caller's to use, not to dispose.</summary>
    public SalesforceClient For(CallPurpose purpose) => _clients.GetOrAdd(
        purpose, static (asked, client) => new SalesforceClient(client._pipeline, client._clients, asked), this);

    /// <summary>API requests since the client was made, by what they were made for.</summary>
    public IReadOnlyDictionary<CallPurpose, long> CountCalls() => _pipeline.Meter.Read();

    /// <summary>As above, since the last taking; for the one who keeps the books of them.</summary>
    public IReadOnlyList<KeyValuePair<CallPurpose, long>> TakeCalls() => _pipeline.Meter.Take();

    /// <summary>Gets a session if there is none; the first call of any API does so too.</summary>
    public async Task<OrgIdentity> SignInAsync(CancellationToken cancellationToken)
    {
        var session = await _pipeline.Sessions.GetAsync(stale: null, cancellationToken);
        return session.Identity;
    }

    /// <summary>Gives a refresh token back to the org, with the sessions that it brought; other grants have nothing to give back.</summary>
    public Task SignOutAsync(CancellationToken cancellationToken) => _pipeline.Sessions.RevokeAsync(cancellationToken);

    public void Dispose() => _pipeline.Dispose();

    private static Pipeline Open(
        SalesforceOptions options, OAuthGrant grant, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        var problems = options.FindProblems();
        return problems.Count == 0
            ? new Pipeline(options, grant, timeProvider, loggerFactory)
            : throw new ArgumentException(string.Join(' ', problems), nameof(options));
    }
}
