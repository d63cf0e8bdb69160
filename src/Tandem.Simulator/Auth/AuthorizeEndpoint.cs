using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Auth;

/// <summary>The consent page and its answer to the app. Source: salesforce-api.md, section 1.2.</summary>
internal sealed class AuthorizeEndpoint(OAuthSettings settings, GrantStore grants)
{
    public Task ShowAsync(HttpContext context) => GuardAsync(context, () =>
    {
        var request = AuthorizeRequest.Read(name => context.Request.Query[name]);
        CheckApp(request);
        return FindFault(request) is { } error
            ? RedirectAsync(context, request.Answer(("error", error), ("error_description", "the request cannot be answered")))
            : WritePageAsync(context, StatusCodes.Status200OK, AuthorizePage.Consent(request, complaint: null));
    });

    public Task DecideAsync(HttpContext context) => GuardAsync(context, async () =>
    {
        if (!context.Request.HasFormContentType)
            throw OAuthException.InvalidRequest("the decision must be sent as a form");

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var request = AuthorizeRequest.Read(name => form[name]);
        CheckApp(request);
        if (FindFault(request) is { } error)
        {
            await RedirectAsync(context, request.Answer(("error", error), ("error_description", "the request cannot be answered")));
            return;
        }

        if (form["decision"].ToString() is not "allow")
        {
            await RedirectAsync(
                context, request.Answer(("error", "access_denied"), ("error_description", "end-user denied authorization")));
            return;
        }

        var isUser = settings.UserName.Equals(form["username"].ToString(), StringComparison.OrdinalIgnoreCase);
        if (isUser & Secret.AreEqual(settings.Password, form["password"].ToString()))
            await RedirectAsync(context, request.Answer(("code", grants.AddCode(request))));
        else
            await WritePageAsync(
                context, StatusCodes.Status401Unauthorized, AuthorizePage.Consent(request, "The user name or the password is wrong."));
    });

    /// <summary>Errors that must not be sent to the redirect address, because it may not be the app's.</summary>
    private void CheckApp(AuthorizeRequest request)
    {
        if (!request.ClientId.Equals(settings.ClientId, StringComparison.Ordinal))
            throw new OAuthException("invalid_client_id", "client identifier invalid");
        if (!IsAllowed(request.RedirectUri))
            throw new OAuthException("redirect_uri_mismatch", "redirect_uri must match configuration");
    }

    private bool IsAllowed(string redirectUri)
    {
        if (settings.RedirectUris.Count > 0)
            return settings.RedirectUris.Contains(redirectUri, StringComparer.Ordinal);
        return Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri)
            && uri.Fragment.Length == 0
            && (uri.Scheme is "https" || (uri.Scheme is "http" && uri.IsLoopback));
    }

    private static string? FindFault(AuthorizeRequest request)
    {
        if (!"code".Equals(request.ResponseType, StringComparison.Ordinal))
            return "unsupported_response_type";
        return request.CodeChallengeMethod is null or "S256" or "plain" ? null : "invalid_request";
    }

    private static async Task GuardAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (OAuthException fault)
        {
            await WritePageAsync(context, StatusCodes.Status400BadRequest, AuthorizePage.Fault(fault));
        }
    }

    private static Task RedirectAsync(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    private static Task WritePageAsync(HttpContext context, int status, string page)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html;charset=UTF-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }
}
