using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// Gives each request its session: the token, and the host that the token's answer named. An answer that the session is no longer valid
/// brings one refresh and one more sending, to wherever the org lives now; nothing was carried out, so this is safe for writes too.
/// </summary>
internal sealed partial class SessionHandler(SessionKeeper sessions, string clientName, ILogger<SessionHandler> logger) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri is { IsAbsoluteUri: false } relative
            ? relative
            : throw new InvalidOperationException("A request to Salesforce names a path; the session names the host.");
        request.Headers.TryAddWithoutValidation("Sforce-Call-Options", $"client={clientName}");

        var session = await sessions.GetAsync(stale: null, cancellationToken);
        Apply(session);
        var response = await base.SendAsync(request, cancellationToken);
        if (!IsSessionStale(path, response))
            return response;

        response.Dispose();
        LogSessionEnded(session.Identity.InstanceUrl.Host);
        Apply(await sessions.GetAsync(session, cancellationToken));
        return await base.SendAsync(request, cancellationToken);

        void Apply(OAuthSession valid)
        {
            request.RequestUri = new Uri(valid.Identity.InstanceUrl, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", valid.AccessToken);
        }
    }

    /// <summary>
    /// A 401 without a code counts: gateways strip bodies. One with another code is a matter of configuration. The identity of a user
    /// answers otherwise than the rest. Source: salesforce-api.md, section 1.10.
    /// </summary>
    private static bool IsSessionStale(Uri path, HttpResponseMessage response) => response switch
    {
        { StatusCode: HttpStatusCode.Unauthorized, Content: PooledContent content } =>
            ErrorBody.Parse(content.Memory).Code is null or SalesforceErrorCodes.InvalidSessionId,
        { StatusCode: HttpStatusCode.Forbidden, Content: PooledContent content } =>
            path.OriginalString.StartsWith("/id/", StringComparison.Ordinal) && content.Memory.Span.StartsWith("Bad_OAuth_Token"u8),
        _ => false,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "The session at {Host} ended; signing in again.")]
    private partial void LogSessionEnded(string host);
}
