using System.Globalization;
using System.Net;
using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// Trades a grant for a session at <c>/services/oauth2/token</c>, and ends grants. Asks once and repeats nothing: a refresh token may be
/// good for one use. Its failures are never uncertain, as no record can change here. Source: salesforce-api.md, sections 1.2 to 1.9.
/// </summary>
internal sealed class TokenEndpoint(HttpMessageInvoker invoker, SalesforceOptions options, TimeProvider timeProvider)
{
    private const int DescriptionLimit = 200;

    private readonly Uri _address = new(options.LoginUrl, "/services/oauth2/token");
    private readonly Uri _revocation = new(options.LoginUrl, "/services/oauth2/revoke");

    public Task<OAuthSession> RequestAsync(OAuthGrant grant, CancellationToken cancellationToken) => PostAsync(
        _address,
        Form(grant),
        (response, content) => response.IsSuccessStatusCode ? Read(content, (int)response.StatusCode) : throw Refused(response, content),
        cancellationToken);

    /// <summary>A token that the org does not know is no failure: it has ended already.</summary>
    public Task RevokeAsync(string token, CancellationToken cancellationToken) => PostAsync(
        _revocation,
        [new("token", token)],
        (response, content) => response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest
            ? true
            : throw Refused(response, content),
        cancellationToken);

    private async Task<T> PostAsync<T>(
        Uri address,
        IEnumerable<KeyValuePair<string, string>> form,
        Func<HttpResponseMessage, PooledContent, T> read,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(form),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.MarkReadOnly();
        try
        {
            using var response = await invoker.SendAsync(request, either.Token);
            using var content = await PooledContent.ReadAsync(response.Content, either.Token);
            return read(response, content);
        }
        catch (Exception exception) when (TransportFault.Covers(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw TransportFault.Describe(exception, request, timeout.IsCancellationRequested);
        }
    }

    private List<KeyValuePair<string, string>> Form(OAuthGrant grant)
    {
        var form = new List<KeyValuePair<string, string>>();
        switch (grant.Kind)
        {
            case OAuthGrantKind.Password:
                Add("grant_type", "password");
                Add("username", grant.UserName);
                Add("password", grant.Secret);
                break;
            case OAuthGrantKind.ClientCredentials:
                Add("grant_type", "client_credentials");
                break;
            case OAuthGrantKind.RefreshToken:
                Add("grant_type", "refresh_token");
                Add("refresh_token", grant.Secret);
                break;
            case OAuthGrantKind.JwtBearer:
                Add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
                Add("assertion", JwtAssertion.Create(grant, timeProvider.GetUtcNow()));
                return form;
            case OAuthGrantKind.AuthorizationCode:
                Add("grant_type", "authorization_code");
                Add("code", grant.Secret);
                Add("redirect_uri", grant.Request?.RedirectUri.OriginalString);
                Add("code_verifier", grant.Request?.Verifier);
                break;
            default:
                throw new InvalidOperationException($"The grant kind {grant.Kind} has no form.");
        }

        Add("client_id", grant.ClientId);
        Add("client_secret", grant.ClientSecret);
        return form;

        void Add(string key, string? value)
        {
            if (value is not null)
                form.Add(new(key, value));
        }
    }

    private OAuthSession Read(PooledContent content, int status)
    {
        try
        {
            using var document = JsonDocument.Parse(content.Memory);
            var root = document.RootElement;
            var segments = root.RequiredText("id").Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (segments.Length >= 2
                && SalesforceId.TryParse(segments[^2], out var organizationId)
                && SalesforceId.TryParse(segments[^1], out var userId)
                && Uri.TryCreate(root.RequiredText("instance_url"), UriKind.Absolute, out var instanceUrl)
                && instanceUrl.Scheme is "https" or "http")
            {
                return new OAuthSession
                {
                    AccessToken = root.RequiredText("access_token"),
                    NewRefreshToken = root.Text("refresh_token"),
                    Identity = new OrgIdentity { OrganizationId = organizationId, UserId = userId, InstanceUrl = instanceUrl },
                };
            }
        }
        catch (JsonException)
        {
            // Falls through: the answer below covers text that is no JSON as well as JSON without what is needed.
        }

        throw new SalesforceException(
            SalesforceErrorCodes.UnexpectedAnswer,
            $"{_address.Host} answered the sign-in without a usable access_token, instance_url and id; "
            + "check that LoginUrl is a Salesforce login host.")
        {
            Status = status,
        };
    }

    private SalesforceException Refused(HttpResponseMessage response, PooledContent content)
    {
        var status = (int)response.StatusCode;
        var error = ErrorBody.Parse(content.Memory);
        var code = error.Code ?? SalesforceErrorCodes.ForStatus(status);
        var description = error.Message is { } text ? $" ({text[..Math.Min(text.Length, DescriptionLimit)]})" : "";
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{_address.Host} refused the sign-in with {status} {code}{description}: {Advice(code)}");
        return new SalesforceException(code, message)
        {
            Status = status,
            Detail = error.Message,
            RequestId = Failure.RequestId(response),
            RetryAfter = Failure.RetryAfter(response, timeProvider),
        };
    }

    private static string Advice(string code) => code switch
    {
        SalesforceErrorCodes.InvalidGrant =>
            "authorize the connection again, and check the user, the login host and the policies of the connected app.",
        SalesforceErrorCodes.InvalidClient or SalesforceErrorCodes.InvalidClientId =>
            "check the client id and the client secret against the connected app.",
        SalesforceErrorCodes.InactiveUser => "reactivate the user in Salesforce, or authorize the connection as another one.",
        SalesforceErrorCodes.InactiveOrg => "the org is frozen or expired; reactivate it, or connect another one.",
        SalesforceErrorCodes.UnsupportedGrantType => "enable this OAuth flow in the connected app.",
        _ when code.StartsWith(SalesforceErrorCodes.HttpPrefix, StringComparison.Ordinal) =>
            "no OAuth answer came; check that LoginUrl is a Salesforce login host, and try again later.",
        _ => "check the settings of the connected app.",
    };
}
