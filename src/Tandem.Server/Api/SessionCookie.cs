using Microsoft.AspNetCore.Http;

namespace Tandem.Server.Api;

/// <summary>
/// The cookie by which a browser shows its session, and what a request must have besides, so that no other site can make the browser ask
/// for a change: a header that other sites cannot send unasked, and where the browser tells an origin, this server's own.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "tandem_session";
    public const string RequestHeader = "X-Tandem-Request";

    public static string? Read(HttpContext http) => http.Request.Cookies[Name];

    public static void Set(HttpContext http, ApiOptions options, string session, DateTimeOffset expiresAt) =>
        http.Response.Cookies.Append(Name, session, Form(http, options, expiresAt));

    public static void Clear(HttpContext http, ApiOptions options) => http.Response.Cookies.Delete(Name, Form(http, options, null));

    public static bool Changes(HttpContext http) => !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    /// <exception cref="ApiException">A change is asked for that another site may have sent.</exception>
    public static void RefuseForged(HttpContext http, ApiOptions options)
    {
        if (!Changes(http))
            return;
        RefuseOthersOrigin(http, options);
        if (http.Request.Headers[RequestHeader] != "1")
            throw ApiException.Forbidden($"A change that is asked for by cookie needs the header {RequestHeader}: 1.");
    }

    /// <exception cref="ApiException">The browser says that another site sent this.</exception>
    public static void RefuseOthersOrigin(HttpContext http, ApiOptions options)
    {
        if (http.Request.Headers.Origin is not [{ } origin])
        {
            if (http.Request.Headers.Origin.Count == 0)
                return;
            throw ApiException.Forbidden("Expected one Origin header at most.");
        }

        var own = $"{http.Request.Scheme}://{http.Request.Host}";
        var known = options.PublicUrl?.GetLeftPart(UriPartial.Authority);
        if (!origin.Equals(own, StringComparison.OrdinalIgnoreCase) && !origin.Equals(known, StringComparison.OrdinalIgnoreCase))
            throw ApiException.Forbidden("This change was sent by a page of another origin; expected one of this server.");
    }

    private static CookieOptions Form(HttpContext http, ApiOptions options, DateTimeOffset? expiresAt) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps || options.PublicUrl?.Scheme == Uri.UriSchemeHttps,
        Path = "/",
        Expires = expiresAt,
    };
}
