using System.Buffers;
using System.Text;
using System.Text.Json;
using Tandem.Salesforce.Auth;

namespace Tandem.Server.SignIn;

/// <summary>
/// The <c>user_info</c> of the REST API: Salesforce's answer about the user, and beside it what the profile allows, as words. Source:
/// heroku-connect.md, section 12.4.
/// </summary>
public static class UserDetails
{
    public static string Write(UserIdentity user, ProfilePermissions? profile)
    {
        using var answer = JsonDocument.Parse(user.Answer);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in answer.RootElement.EnumerateObject())
                member.WriteTo(writer);
            if (profile is not null)
                Write(writer, profile);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, ProfilePermissions profile)
    {
        writer.WriteStartObject("profile_perms");
        writer.WriteString("type", "Profile");
        writer.WriteString("Id", profile.Id.Value);
        writer.WriteString("PermissionsModifyAllData", Word(profile.ModifiesAllData));
        writer.WriteString("PermissionsViewAllData", Word(profile.ViewsAllData));
        writer.WriteString("PermissionsViewAllUsers", Word(profile.ViewsAllUsers));
        writer.WriteEndObject();
    }

    private static string Word(bool isAllowed) => isAllowed ? "true" : "false";
}
