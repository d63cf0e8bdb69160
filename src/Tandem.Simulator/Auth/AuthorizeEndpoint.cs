using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Auth;

/// <summary>The consent page and its answer to the app. Source: salesforce-api.md, section 1.2.</summary>
internal sealed class AuthorizeEndpoint(AppRegistry apps, UserLogins logins, GrantStore grants)
{
    public Task ShowAsync(HttpContext context) => GuardAsync(context, () =>
    {
        var request = AuthorizeRequest.Read(name => context.Request.Query[name]);
        var app = CheckApp(request);
        return FindFault(request) is { } fault
            ? RedirectAsync(context, request.Answer(("error", fault.Error), ("error_description", fault.Description)))
            : WritePageAsync(context, StatusCodes.Status200OK, AuthorizePage.Consent(request, NameOf(app), complaint: null));
    });

    public Task DecideAsync(HttpContext context) => GuardAsync(context, async () =>
    {
        if (!context.Request.HasFormContentType)
            throw OAuthException.InvalidRequest("the decision must be sent as a form");

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var request = AuthorizeRequest.Read(name => form[name]);
        var app = CheckApp(request);
        if (FindFault(request) is { } fault)
        {
            await RedirectAsync(context, request.Answer(("error", fault.Error), ("error_description", fault.Description)));
            return;
        }

        if (form["decision"].ToString() is not "allow")
        {
            await RedirectAsync(
                context, request.Answer(("error", "access_denied"), ("error_description", "end-user denied authorization")));
            return;
        }

        var verdict = logins.CheckPassword(form["username"].ToString(), form["password"].ToString(), withToken: false, out var user);
        if (verdict == LoginVerdict.Allowed && user is not null)
            await RedirectAsync(context, request.Answer(("code", grants.AddCode(request, user.Id))));
        else
            await WritePageAsync(context, StatusCodes.Status401Unauthorized, AuthorizePage.Consent(
                request with { LoginHint = form["username"].ToString() }, NameOf(app), ComplaintOf(verdict)));
    });

    /// <summary>Errors that must not be sent to the redirect address, because it may not be the app's.</summary>
    private ConnectedApp CheckApp(AuthorizeRequest request)
    {
        var app = apps.Find(request.ClientId);
        return IsAllowed(app, request.RedirectUri) ? app
            : throw new OAuthException("redirect_uri_mismatch", "redirect_uri must match configuration");
    }

    private static string NameOf(ConnectedApp app) => app.Name.Length > 0 ? app.Name : app.ClientId;

    private static string ComplaintOf(LoginVerdict verdict) => verdict switch
    {
        LoginVerdict.InactiveUser => "This user is inactive. Ask an administrator of the org.",
        LoginVerdict.InactiveOrg => "This org is shut.",
        LoginVerdict.RateExceeded => "This user has signed in too often. Try again in an hour.",
        _ => "The user name or the password is wrong.",
    };

    private static bool IsAllowed(ConnectedApp app, string redirectUri)
    {
        if (app.RedirectUris.Count > 0)
            return app.RedirectUris.Contains(redirectUri, StringComparer.Ordinal);
        return Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri)
            && uri.Fragment.Length == 0
            && (uri.Scheme is "https" || (uri.Scheme is "http" && uri.IsLoopback));
    }

    private static OAuthException? FindFault(AuthorizeRequest request)
    {
        if (!"code".Equals(request.ResponseType, StringComparison.Ordinal))
            return new OAuthException("unsupported_response_type", "response type not supported");
        if (!Scopes.AreKnown(request.Scope))
            return new OAuthException("invalid_scope", "the requested scope is not allowed");
        return request.CodeChallengeMethod is null or "S256" or "plain" ? null
            : OAuthException.InvalidRequest("code challenge method must be S256 or plain");
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
