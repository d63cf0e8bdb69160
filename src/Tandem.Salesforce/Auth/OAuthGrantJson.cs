using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// A grant as JSON with its secrets in the clear, for whoever keeps it encrypted. Apart from the grant itself, so that no serialiser and
/// no log comes upon it by chance.
/// </summary>
public static class OAuthGrantJson
{
    public static string Write(OAuthGrant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return new JsonObject
        {
            ["flow"] = grant.Kind.ToString(),
            ["client_id"] = grant.ClientId,
            ["client_secret"] = grant.ClientSecret,
            ["user_name"] = grant.UserName,
            ["secret"] = grant.Secret,
            ["audience"] = grant.Audience,
        }.ToJsonString();
    }

    /// <exception cref="FormatException">A later program wrote it; the message shows nothing of it.</exception>
    public static OAuthGrant Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var members = document.RootElement;
            var flow = Text(members, "flow");
            var clientId = Text(members, "client_id");
            return flow switch
            {
                nameof(OAuthGrantKind.Password) => OAuthGrant.Password(
                    clientId, Find(members, "client_secret"), Text(members, "user_name"), Text(members, "secret")),
                nameof(OAuthGrantKind.ClientCredentials) => OAuthGrant.ClientCredentials(clientId, Text(members, "client_secret")),
                nameof(OAuthGrantKind.RefreshToken) => OAuthGrant.RefreshToken(
                    clientId, Find(members, "client_secret"), Text(members, "secret")),
                nameof(OAuthGrantKind.JwtBearer) => OAuthGrant.JwtBearer(
                    clientId, Text(members, "user_name"), Text(members, "secret"), Text(members, "audience")),
                _ => throw Unreadable(),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not passed on as the cause: a parser's message may quote what it read.
            throw Unreadable();
        }
    }

    /// <summary>The same grant with the refresh token that the org gave in place of the one before.</summary>
    /// <exception cref="ArgumentException">The grant has no refresh token.</exception>
    public static OAuthGrant WithRefreshToken(OAuthGrant grant, string refreshToken)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return grant.Kind == OAuthGrantKind.RefreshToken
            ? grant with { Secret = refreshToken }
            : throw new ArgumentException($"A grant of the flow {grant.Kind} has no refresh token.", nameof(grant));
    }

    private static string Text(JsonElement members, string name) => Find(members, name) ?? throw Unreadable();

    private static string? Find(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static FormatException Unreadable() => new("The stored sign-in is of no flow that this program knows.");
}
