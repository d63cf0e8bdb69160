using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Who a token stands for: the identity address of a token answer, and userinfo. Source: salesforce-api.md, section 1.10.
/// </summary>
internal sealed class IdentityEndpoint(OAuthSettings settings, SessionStore sessions, TimeProvider timeProvider)
{
    /// <summary>Scheme, host and port as the client wrote them: the start of every absolute address.</summary>
    public static string Origin(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}";

    public async Task IdentityAsync(HttpContext context)
    {
        if (!await CheckTokenAsync(context))
            return;

        var isOurs = settings.OrganizationId.Equals(context.Request.RouteValues["organizationId"] as string, StringComparison.Ordinal)
            && settings.UserId.Equals(context.Request.RouteValues["userId"] as string, StringComparison.Ordinal);
        if (!isOurs)
        {
            await RefuseAsync(context, "Bad_Id");
            return;
        }

        var origin = Origin(context.Request);
        var answer = Shared(origin);
        answer["id"] = $"{origin}/id/{settings.OrganizationId}/{settings.UserId}";
        answer["asserted_user"] = true;
        answer["username"] = settings.UserName;
        answer["nick_name"] = NickName;
        answer["display_name"] = settings.FullName;
        answer["first_name"] = FirstName;
        answer["last_name"] = LastName;
        answer["timezone"] = "GMT";
        answer["last_modified_date"] = timeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        answer["is_app_installed"] = true;
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    public async Task UserInfoAsync(HttpContext context)
    {
        if (!await CheckTokenAsync(context))
            return;

        var origin = Origin(context.Request);
        var answer = Shared(origin);
        answer["sub"] = $"{origin}/id/{settings.OrganizationId}/{settings.UserId}";
        answer["preferred_username"] = settings.UserName;
        answer["nickname"] = NickName;
        answer["name"] = settings.FullName;
        answer["given_name"] = FirstName;
        answer["family_name"] = LastName;
        answer["zoneinfo"] = "GMT";
        answer["profile"] = $"{origin}/{settings.UserId}";
        answer["picture"] = $"{origin}/profilephoto/005/F";
        answer["updated_at"] = timeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    private string NickName => settings.UserName.Split('@')[0];

    private string? FirstName => settings.FullName.LastIndexOf(' ') is > 0 and var space ? settings.FullName[..space] : null;

    private string LastName => settings.FullName[(settings.FullName.LastIndexOf(' ') + 1)..];

    private Dictionary<string, object?> Shared(string origin) => new(StringComparer.Ordinal)
    {
        ["user_id"] = settings.UserId,
        ["organization_id"] = settings.OrganizationId,
        ["email"] = settings.Email,
        ["email_verified"] = true,
        ["photos"] = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["picture"] = $"{origin}/profilephoto/005/F",
            ["thumbnail"] = $"{origin}/profilephoto/005/T",
        },
        ["urls"] = Urls(origin),
        ["active"] = true,
        ["user_type"] = "STANDARD",
        ["language"] = "en_US",
        ["locale"] = "en_US",
        ["utcOffset"] = 0,
    };

    /// <summary>The addresses keep the literal <c>{version}</c>; clients put theirs in.</summary>
    private Dictionary<string, string> Urls(string origin)
    {
        var rest = origin + "/services/data/v{version}/";
        var organization = settings.OrganizationId;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["enterprise"] = origin + "/services/Soap/c/{version}/" + organization,
            ["metadata"] = origin + "/services/Soap/m/{version}/" + organization,
            ["partner"] = origin + "/services/Soap/u/{version}/" + organization,
            ["rest"] = rest,
            ["sobjects"] = rest + "sobjects/",
            ["search"] = rest + "search/",
            ["query"] = rest + "query/",
            ["recent"] = rest + "recent/",
            ["profile"] = $"{origin}/{settings.UserId}",
            ["feeds"] = rest + "chatter/feeds",
        };
    }

    private async Task<bool> CheckTokenAsync(HttpContext context)
    {
        var token = ReadToken(context.Request);
        if (token.Length > 0 && sessions.Find(token) is not null)
            return true;
        await RefuseAsync(context, token.Length == 0 ? "Missing_OAuth_Token" : "Bad_OAuth_Token");
        return false;
    }

    private static string ReadToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString().Split(' ', 2, StringSplitOptions.TrimEntries);
        return header is [var scheme, var token]
            && (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("OAuth", StringComparison.OrdinalIgnoreCase))
            ? token
            : request.Query["oauth_token"].ToString();
    }

    private static Task RefuseAsync(HttpContext context, string text)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
