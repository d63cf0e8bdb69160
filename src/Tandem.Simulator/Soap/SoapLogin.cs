using System.Globalization;
using System.Xml;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Soap;

/// <summary>Sign-in, sign-out and who one is. Source: salesforce-api.md, section 1.11.</summary>
internal sealed class SoapLogin(Org org, SessionStore sessions, UserLogins logins)
{
    private const string Refusal = "Invalid username, password, security token; or user locked out.";

    public Action<XmlWriter> Login(SoapCall call)
    {
        var verdict = logins.CheckPassword(
            call.Operation.TextOf("username"), call.Operation.TextOf("password"), withToken: true, out var user);
        if (verdict != LoginVerdict.Allowed || user is null)
        {
            throw verdict switch
            {
                LoginVerdict.RateExceeded => SoapFault.Of("LOGIN_RATE_EXCEEDED", "login rate exceeded"),
                LoginVerdict.InactiveOrg => SoapFault.Of("ORG_LOCKED", "The organization is locked."),
                _ => SoapFault.Of("INVALID_LOGIN", Refusal),
            };
        }

        var session = sessions.Issue(user.Id);
        var version = string.Create(CultureInfo.InvariantCulture, $"{call.Version}.0");
        var organization = org.OrganizationId[..15];
        return writer =>
        {
            writer.WriteStartElement("result");
            writer.Write("metadataServerUrl", $"{call.Origin}/services/Soap/m/{version}/{organization}");
            writer.Write("passwordExpired", logins.IsPasswordExpired(user.Id));
            writer.Write("sandbox", OrganizationValue("IsSandbox") is true);
            writer.Write("serverUrl", $"{call.Origin}/services/Soap/{call.Door}/{version}/{organization}");
            writer.Write("sessionId", session.AccessToken);
            writer.Write("userId", user.Id);
            writer.WriteStartElement("userInfo");
            WriteUser(writer, user);
            writer.WriteEndElement();
            writer.WriteEndElement();
        };
    }

    public Action<XmlWriter> Logout(Session session)
    {
        sessions.Revoke(session.AccessToken);
        return _ => { };
    }

    public Action<XmlWriter> UserInfo(Session session)
    {
        var user = logins.Find(session.UserId) ?? throw SoapFault.InvalidSession();
        return writer =>
        {
            writer.WriteStartElement("result");
            WriteUser(writer, user);
            writer.WriteEndElement();
        };
    }

    public Action<XmlWriter> Timestamp()
    {
        var now = org.TimeProvider.GetUtcNow().UtcDateTime;
        return writer =>
        {
            writer.WriteStartElement("result");
            writer.Write("timestamp", now);
            writer.WriteEndElement();
        };
    }

    public Action<XmlWriter> SetPassword(SoapCall call)
    {
        var password = call.Operation.TextOf("password");
        if (password.Length == 0)
            throw SoapFault.Of("INVALID_NEW_PASSWORD", "Your password cannot be empty");
        logins.SetPassword(UserOf(call).Id, password);
        return writer => writer.WriteElementString("result", "");
    }

    public Action<XmlWriter> ResetPassword(SoapCall call)
    {
        var user = UserOf(call);
        var password = Secret.Create("");
        logins.SetPassword(user.Id, password);
        logins.ExpirePassword(user.Id);
        return writer =>
        {
            writer.WriteStartElement("result");
            writer.Write("password", password);
            writer.WriteEndElement();
        };
    }

    private UserProfile UserOf(SoapCall call)
    {
        var text = call.Operation.TextOf("userId");
        return RecordId.TryNormalize(text, out var id) && logins.Find(id) is { } user ? user
            : throw SoapFault.Of("INVALID_ID_FIELD", $"invalid user id: {text}");
    }

    /// <summary>Clients in use find members by their place, so the order is part of the contract.</summary>
    private void WriteUser(XmlWriter writer, UserProfile user)
    {
        writer.Write("accessibilityMode", false);
        writer.Write("chatterExternal", false);
        writer.Write("currencySymbol", "$");
        writer.Write("orgAttachmentFileSizeLimit", 5 * 1024 * 1024);
        writer.Write("orgDefaultCurrencyIsoCode", "USD");
        writer.Write("orgDefaultCurrencyLocale", "en_US");
        writer.Write("orgDisallowHtmlAttachments", false);
        writer.Write("orgHasPersonAccounts", false);
        writer.Write("organizationId", org.OrganizationId);
        writer.Write("organizationMultiCurrency", false);
        writer.Write("organizationName", OrganizationValue("Name") as string ?? "");
        writer.Write("profileId", user.ProfileId);
        writer.Write("roleId", (string?)null);
        writer.Write("sessionSecondsValid", (int)(sessions.Lifetime ?? TimeSpan.FromDays(1)).TotalSeconds);
        writer.Write("userDefaultCurrencyIsoCode", (string?)null);
        writer.Write("userEmail", user.Email);
        writer.Write("userFullName", user.FullName);
        writer.Write("userId", user.Id);
        writer.Write("userLanguage", user.Language);
        writer.Write("userLocale", user.Locale);
        writer.Write("userName", user.UserName);
        writer.Write("userTimeZone", user.TimeZone);
        writer.Write("userType", user.UserType);
        writer.Write("userUiSkin", "Theme3");
    }

    private object? OrganizationValue(string field) =>
        org.FindTable("Organization") is { } table && table.Type.OrdinalOf(field) is >= 0 and var ordinal
        && table.Records.FirstOrDefault() is { } organization ? organization[ordinal] : null;
}
