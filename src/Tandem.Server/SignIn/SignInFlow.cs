using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;

namespace Tandem.Server.SignIn;

/// <summary>
/// Signs one person's browser in to an org for a connection. <see cref="Begin"/> answers where the browser goes; what it brings back from
/// there goes to <see cref="CompleteAsync"/>, which redeems the code, asks whom it got, and hands out what is to be stored. Its state is
/// good for one answer, within some minutes, and for the browser that began if that one has a key. Nothing is stored here.
/// </summary>
public sealed partial class SignInFlow
{
    private readonly SignInOptions _options;
    private readonly PendingSignIns _pending;
    private readonly TimeProvider _timeProvider;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;

    public SignInFlow(SignInOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        var problems = options.FindProblems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        _options = options;
        _pending = new PendingSignIns(options, timeProvider);
        _timeProvider = timeProvider;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<SignInFlow>();
    }

    public SignInStart Begin(SignInRequest request)
    {
        if (LoginHost.Find(_options, request.Environment, request.Domain, out var refusal) is not { } host)
            return SignInStart.Refused(refusal);
        if (ReturnAddress.Find(request.Next, _options.ReturnOrigins) is not { } next)
            return SignInStart.Refused(ReturnAddress.Refusal(_options.ReturnOrigins));
        var client = new SalesforceOptions { LoginUrl = host.Url };
        if (request.ApiVersion is { } version)
            client = client with { ApiVersion = version };
        if (client.FindProblems().Count > 0)
            return SignInStart.Refused($"api_version must look like {new SalesforceOptions { LoginUrl = host.Url }.ApiVersion}.");

        var pending = new PendingSignIn
        {
            ConnectionId = request.ConnectionId,
            Request = new AuthorizationRequest
            {
                LoginUrl = host.Url, ClientId = _options.ClientId, RedirectUri = _options.CallbackUrl,
            },
            Host = host,
            Next = next,
            ApiVersion = client.ApiVersion,
            OrganizationId = request.OrganizationId,
            BrowserKey = request.BrowserKey,
            Expires = _timeProvider.GetUtcNow() + _options.Lifetime,
        };
        return _pending.TryAdd(pending) ? SignInStart.To(pending.Request.Address) : SignInStart.Refused(SignInWords.Full);
    }

    public async Task<SignInOutcome> CompleteAsync(SignInAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.State is not { } state || _pending.Take(state) is not { } pending)
            return SignInOutcome.Unknown(SignInWords.Unknown);
        if (!IsSameBrowser(pending.BrowserKey, answer.BrowserKey))
            return SignInOutcome.Unknown(SignInWords.OtherBrowser);
        if (answer.Error is { } error)
        {
            LogRefused(pending.ConnectionId, SignInWords.CodeOf(error));
            return SignInOutcome.Refused(pending, SignInWords.CodeOf(error), SignInWords.Explain(error, answer.ErrorDescription));
        }

        if (answer.Code is null or "")
            return SignInOutcome.Refused(pending, "invalid_request", SignInWords.NoCode);
        try
        {
            return await RedeemAsync(pending, answer.Code, cancellationToken);
        }
        catch (SalesforceException exception)
        {
            LogFailed(exception, pending.ConnectionId);
            return SignInOutcome.Refused(pending, exception.Code, exception.Message);
        }
    }

    private async Task<SignInOutcome> RedeemAsync(PendingSignIn pending, string code, CancellationToken cancellationToken)
    {
        string? refreshToken = null;
        using var client = new SalesforceClient(
            new SalesforceOptions { LoginUrl = pending.Host.Url, ApiVersion = pending.ApiVersion },
            OAuthGrant.AuthorizationCode(pending.Request, _options.ClientSecret, code),
            _timeProvider,
            _loggerFactory);
        client.RefreshTokenRotated = (token, _) =>
        {
            refreshToken = token;
            return Task.CompletedTask;
        };
        var isGranted = false;
        try
        {
            var session = await client.SignInAsync(cancellationToken);
            if (pending.OrganizationId is { } expected && session.OrganizationId != expected)
                return SignInOutcome.Refused(pending, "wrong_org", OtherOrg(expected, session.OrganizationId));
            if (refreshToken is null)
                return SignInOutcome.Refused(pending, "invalid_scope", SignInWords.NoRefreshToken);

            var user = await client.Identity.ReadAsync(cancellationToken);
            var profile = await client.Identity.ReadProfileAsync(cancellationToken);
            isGranted = true;
            LogGranted(pending.ConnectionId, session.OrganizationId);

            // The identity's own answer may have renewed the session, and with it the token.
            return SignInOutcome.Granted(pending, new AuthorizedOrg
            {
                RefreshToken = refreshToken,
                Grant = OAuthGrant.RefreshToken(_options.ClientId, _options.ClientSecret, refreshToken),
                OrganizationId = session.OrganizationId,
                Username = user.Username,
                InstanceUrl = session.InstanceUrl,
                LoginUrl = pending.Host.Url,
                Environment = pending.Host.Environment,
                Domain = pending.Host.Domain,
                ApiVersion = pending.ApiVersion,
                UserDetails = UserDetails.Write(user, profile),
            });
        }
        finally
        {
            if (!isGranted && refreshToken is not null)
                await GiveBackAsync(client, pending.ConnectionId);
        }
    }

    /// <summary>
    /// A user has few refresh tokens per app, and a further one ends the oldest: one that nobody keeps would in time end another
    /// connection's. Best effort; it goes on when the browser has gone.
    /// </summary>
    private async Task GiveBackAsync(SalesforceClient client, Guid connectionId)
    {
        try
        {
            await client.SignOutAsync(CancellationToken.None);
        }
        catch (SalesforceException exception)
        {
            LogNotGivenBack(exception, connectionId);
        }
    }

    private static bool IsSameBrowser(string? expected, string? found) => expected is null
        || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(found ?? ""));

    private static string OtherOrg(SalesforceId expected, SalesforceId found) =>
        $"The connection belongs to the org {expected}, and the sign-in was to the org {found}; nothing was stored. Sign in to {expected}, "
        + "or make another connection for the other org.";

    [LoggerMessage(LogLevel.Information, "The connection {ConnectionId} is authorized for the org {OrganizationId}")]
    private partial void LogGranted(Guid connectionId, SalesforceId organizationId);

    [LoggerMessage(LogLevel.Information, "Salesforce refused the sign-in of the connection {ConnectionId} with {Code}")]
    private partial void LogRefused(Guid connectionId, string code);

    [LoggerMessage(LogLevel.Warning, "The sign-in of the connection {ConnectionId} failed")]
    private partial void LogFailed(Exception exception, Guid connectionId);

    [LoggerMessage(LogLevel.Warning, "The refused sign-in of the connection {ConnectionId} could not be ended in the org")]
    private partial void LogNotGivenBack(Exception exception, Guid connectionId);
}
