using Microsoft.Extensions.Logging;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// Holds the one session of a client. However many callers find it stale at once, one token request is made and all share its outcome,
/// also its failure: a refused sign-in repeated by each caller could lock the user. The request outlives the callers that wait for it,
/// because its answer may hold the only good refresh token; it ends with the keeper.
/// </summary>
internal sealed partial class SessionKeeper(TokenEndpoint endpoint, OAuthGrant grant, ILogger<SessionKeeper> logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource lifetime = new();
    private OAuthGrant grant = grant;
    private OAuthSession? current;
    private Task<OAuthSession>? pending;

    /// <summary>Called with a rotated refresh token before the session it came with is used.</summary>
    public Func<string, CancellationToken, Task>? RefreshTokenRotated { get; set; }

    /// <summary>The session at hand, or a new one when there is none or it is the one that the caller found stale.</summary>
    public Task<OAuthSession> GetAsync(OAuthSession? stale, CancellationToken cancellationToken)
    {
        Task<OAuthSession> shared;
        lock (gate)
        {
            if (current is { } session && !ReferenceEquals(session, stale))
                return Task.FromResult(session);
            current = null;
            shared = pending ??= Task.Run(RequestAsync, lifetime.Token);
        }

        return shared.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        lifetime.Cancel();
        lifetime.Dispose();
    }

    private async Task<OAuthSession> RequestAsync()
    {
        OAuthSession? session = null;
        try
        {
            session = await endpoint.RequestAsync(grant, lifetime.Token);
            if (session.NewRefreshToken is { } rotated
                && grant.Kind == OAuthGrantKind.RefreshToken
                && !string.Equals(rotated, grant.Secret, StringComparison.Ordinal))
            {
                grant = grant with { Secret = rotated };
                if (RefreshTokenRotated is { } notify)
                    await notify(rotated, lifetime.Token);
            }

            LogSignedIn(session.Identity.OrganizationId, session.Identity.InstanceUrl.Host);
            return session;
        }
        finally
        {
            lock (gate)
            {
                current = session;
                pending = null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Signed in to org {OrganizationId} at {Host}.")]
    private partial void LogSignedIn(SalesforceId organizationId, string host);
}
