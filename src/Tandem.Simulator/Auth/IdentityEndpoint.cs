using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Who a token stands for: the identity address of a token answer, and userinfo. Refusals are plain text, unlike everywhere else.
/// Source: salesforce-api.md, section 1.10.
/// </summary>
internal sealed class IdentityEndpoint(string organizationId, UserLogins logins, SessionStore sessions)
{
    private static readonly string[] TokenParameters = ["oauth_token", "access_token"];

    public async Task IdentityAsync(HttpContext context)
    {
        if (await FindCallerAsync(context) is null)
            return;
        if (!organizationId.Equals(RecordId.Expand(context.Request.RouteValues["organizationId"] as string), StringComparison.Ordinal))
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Wrong_Org");
        else if (RecordId.Expand(context.Request.RouteValues["userId"] as string) is not { } id || logins.Find(id) is not { } user)
            await RefuseAsync(context, StatusCodes.Status404NotFound, "Bad_Id");
        else
            await OAuthJson.WriteAsync(context, Identity(ApiRequest.Origin(context.Request), user));
    }

    public async Task UserInfoAsync(HttpContext context)
    {
        if (await FindCallerAsync(context) is { } user)
            await OAuthJson.WriteAsync(context, UserInfo(ApiRequest.Origin(context.Request), user));
    }

    private Dictionary<string, object?> Identity(string origin, UserProfile user)
    {
        var answer = Shared(origin, user);
        answer["id"] = $"{origin}/id/{organizationId}/{user.Id}";
        answer["asserted_user"] = true;
        answer["username"] = user.UserName;
        answer["nick_name"] = user.NickName;
        answer["display_name"] = user.FullName;
        answer["first_name"] = user.FirstName;
        answer["last_name"] = user.LastName;
        answer["timezone"] = user.TimeZone;
        answer["addr_street"] = null;
        answer["addr_city"] = null;
        answer["addr_state"] = null;
        answer["addr_country"] = null;
        answer["addr_zip"] = null;
        answer["mobile_phone"] = null;
        answer["mobile_phone_verified"] = false;
        answer["is_lightning_login_user"] = false;
        answer["status"] = new Dictionary<string, string?>(StringComparer.Ordinal) { ["created_date"] = null, ["body"] = null };
        answer["last_modified_date"] = Moment(user.LastModified);
        answer["is_app_installed"] = true;
        return answer;
    }

    private Dictionary<string, object?> UserInfo(string origin, UserProfile user)
    {
        var answer = Shared(origin, user);
        answer["sub"] = $"{origin}/id/{organizationId}/{user.Id}";
        answer["preferred_username"] = user.UserName;
        answer["nickname"] = user.NickName;
        answer["name"] = user.FullName;
        answer["given_name"] = user.FirstName;
        answer["family_name"] = user.LastName;
        answer["zoneinfo"] = user.TimeZone;
        answer["profile"] = $"{origin}/{user.Id}";
        answer["picture"] = $"{origin}/profilephoto/005/F";
        answer["updated_at"] = Moment(user.LastModified);
        return answer;
    }

    private Dictionary<string, object?> Shared(string origin, UserProfile user) => new(StringComparer.Ordinal)
    {
        ["user_id"] = user.Id,
        ["organization_id"] = organizationId,
        ["email"] = user.Email,
        ["email_verified"] = true,
        ["photos"] = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["picture"] = $"{origin}/profilephoto/005/F",
            ["thumbnail"] = $"{origin}/profilephoto/005/T",
        },
        ["urls"] = Urls(origin, user.Id),
        ["active"] = user.IsActive,
        ["user_type"] = user.UserType.ToUpperInvariant(),
        ["language"] = user.Language,
        ["locale"] = user.Locale,
        ["utcOffset"] = user.UtcOffset,
    };

    /// <summary>The addresses keep the literal <c>{version}</c>; clients put theirs in.</summary>
    private Dictionary<string, string> Urls(string origin, string userId)
    {
        var rest = origin + "/services/data/v{version}/";
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["enterprise"] = origin + "/services/Soap/c/{version}/" + organizationId,
            ["metadata"] = origin + "/services/Soap/m/{version}/" + organizationId,
            ["partner"] = origin + "/services/Soap/u/{version}/" + organizationId,
            ["rest"] = rest,
            ["sobjects"] = rest + "sobjects/",
            ["search"] = rest + "search/",
            ["query"] = rest + "query/",
            ["recent"] = rest + "recent/",
            ["tooling_soap"] = origin + "/services/Soap/T/{version}/" + organizationId,
            ["tooling_rest"] = rest + "tooling/",
            ["profile"] = $"{origin}/{userId}",
            ["feeds"] = rest + "chatter/feeds",
            ["groups"] = rest + "chatter/groups",
            ["users"] = rest + "chatter/users",
            ["feed_items"] = rest + "chatter/feed-items",
            ["feed_elements"] = rest + "chatter/feed-elements",
            ["custom_domain"] = origin,
        };
    }

    private static string Moment(DateTime moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The user of the token; null when the request was refused.</summary>
    private async Task<UserProfile?> FindCallerAsync(HttpContext context)
    {
        var token = await ReadTokenAsync(context);
        if (token.Length > 0 && sessions.Find(token) is { } session && logins.Find(session.UserId) is { } user)
            return user;
        await RefuseAsync(context, StatusCodes.Status403Forbidden, token.Length == 0 ? "Missing_OAuth_Token" : "Bad_OAuth_Token");
        return null;
    }

    private static async Task<string> ReadTokenAsync(HttpContext context)
    {
        var request = context.Request;
        if (AccessToken.Of(request) is { } token)
            return token;
        foreach (var name in TokenParameters)
        {
            if (request.Query[name].ToString() is { Length: > 0 } inQuery)
                return inQuery;
        }

        if (!request.HasFormContentType)
            return "";
        var form = await request.ReadFormAsync(context.RequestAborted);
        return TokenParameters.Select(name => form[name].ToString()).FirstOrDefault(value => value.Length > 0) ?? "";
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
