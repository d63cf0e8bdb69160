using System.Globalization;

namespace Tandem.Salesforce.Http;

/// <summary>Turns an answer that is no success into the exception that callers see.</summary>
internal static class Failure
{
    public static SalesforceException From(HttpRequestMessage request, HttpResponseMessage response, TimeProvider timeProvider)
    {
        var body = response.Content is PooledContent content ? ErrorBody.Parse(content.Memory) : default;
        return From(request, response, (int)response.StatusCode, body, RetryAfter(response, timeProvider));
    }

    public static SalesforceException From(
        HttpRequestMessage request,
        HttpResponseMessage response,
        int status,
        ErrorBody body,
        TimeSpan? retryAfter)
    {
        var code = body.Code ?? SalesforceErrorCodes.ForStatus(status);
        var address = request.RequestUri;
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{address?.Authority} answered {request.Method} {address?.AbsolutePath} with {status} {code}{Advice(code)}.");
        return new SalesforceException(code, message)
        {
            Status = status,
            RequestId = RequestId(response),
            Detail = body.Message,
            RetryAfter = retryAfter,
            IsUncertain = !request.IsReadOnly() && IsGatewaysWord(status, body),
        };
    }

    public static SalesforceException Unexpected(HttpRequestMessage request, HttpResponseMessage response, string what, Exception? inner)
    {
        var address = request.RequestUri;
        return new SalesforceException(
            SalesforceErrorCodes.UnexpectedAnswer,
            $"{address?.Authority} answered {request.Method} {address?.AbsolutePath} in an unexpected form: {what}",
            inner)
        {
            Status = (int)response.StatusCode,
            RequestId = RequestId(response),
            IsUncertain = !request.IsReadOnly(),
        };
    }

    public static string? RequestId(HttpResponseMessage response)
        => response.Headers.TryGetValues("X-Request-Id", out var values) ? values.FirstOrDefault() : null;

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > timeProvider.GetUtcNow() => date - timeProvider.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    /// <summary>
    /// A gateway that lost the answer, or a server error without Salesforce's own words, does not tell whether the work was done.
    /// An error array does: the transaction was rolled back.
    /// </summary>
    private static bool IsGatewaysWord(int status, ErrorBody body) => status is 408 or 502 or 504 || (status >= 500 && body.Code is null);

    private static string Advice(string code) => code switch
    {
        SalesforceErrorCodes.InvalidSessionId => "; the session was refused again right after a new sign-in, check the user's API access",
        SalesforceErrorCodes.RequestLimitExceeded => "; the org's API requests are used up for now, wait or raise the limit",
        SalesforceErrorCodes.ApiDisabledForOrg or SalesforceErrorCodes.ApiCurrentlyDisabled =>
            "; give the user the permission \"API Enabled\", or an edition with API access to the org",
        SalesforceErrorCodes.InsufficientAccess or SalesforceErrorCodes.InsufficientAccessOrReadonly =>
            "; give the user access to the object and its fields",
        SalesforceErrorCodes.InvalidType or SalesforceErrorCodes.InvalidField or SalesforceErrorCodes.NotFound =>
            "; check that what is named exists and that the user may see it",
        SalesforceErrorCodes.StorageLimitExceeded => "; the org's storage is full",
        _ => "",
    };
}
