using Microsoft.Extensions.Logging;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// Holds the one session of a client. However many callers find it stale at once, one token request is made and all share its outcome,
/// also its failure: a refused sign-in repeated by each caller could lock the user. The request outlives the callers that wait for it,
/// because its answer may hold the only good refresh token; it ends with the keeper.
/// </summary>
internal sealed partial class SessionKeeper(TokenEndpoint endpoint, OAuthGrant _grant, ILogger<SessionKeeper> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lifetime = new();
    private OAuthGrant _grant = _grant;
    private OAuthSession? _current;
    private Task<OAuthSession>? _pending;

    /// <summary>Called with a rotated refresh token, or the first one, before the session it came with is used.</summary>
    public Func<string, CancellationToken, Task>? RefreshTokenRotated { get; set; }

    /// <summary>The session at hand, or a new one when there is none or it is the one that the caller found stale.</summary>
    public Task<OAuthSession> GetAsync(OAuthSession? stale, CancellationToken cancellationToken)
    {
        Task<OAuthSession> shared;
        lock (_gate)
        {
            if (_current is { } session && !ReferenceEquals(session, stale))
                return Task.FromResult(session);
            _current = null;
            shared = _pending ??= Task.Run(RequestAsync, _lifetime.Token);
        }

        return shared.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the grant in the org, if it is a refresh token; the sessions that it brought end with it.</summary>
    public async Task RevokeAsync(CancellationToken cancellationToken)
    {
        if (_grant.Kind == OAuthGrantKind.RefreshToken)
            await endpoint.RevokeAsync(_grant.Secret, cancellationToken);
    }

    public void Dispose()
    {
        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    private async Task<OAuthSession> RequestAsync()
    {
        OAuthSession? session = null;
        try
        {
            session = await endpoint.RequestAsync(_grant, _lifetime.Token);
            if (session.NewRefreshToken is { } rotated
                && _grant.Kind is OAuthGrantKind.RefreshToken or OAuthGrantKind.AuthorizationCode
                && !string.Equals(rotated, _grant.Secret, StringComparison.Ordinal))
            {
                _grant = OAuthGrant.RefreshToken(_grant.ClientId, _grant.ClientSecret, rotated);
                if (RefreshTokenRotated is { } notify)
                    await notify(rotated, _lifetime.Token);
            }

            LogSignedIn(session.Identity.OrganizationId, session.Identity.InstanceUrl.Host);
            return session;
        }
        finally
        {
            lock (_gate)
            {
                _current = session;
                _pending = null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Signed in to org {OrganizationId} at {Host}.")]
    private partial void LogSignedIn(SalesforceId organizationId, string host);
}
