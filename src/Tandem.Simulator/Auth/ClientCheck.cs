using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Auth;

/// <summary>Finds the app that a request to the sign-in comes from, by the form or by HTTP Basic, and holds it to its secret.
/// Source: salesforce-api.md, sections 1.5 and 1.8.</summary>
internal sealed class ClientCheck(AppRegistry apps)
{
    /// <summary>The app, and whether it proved itself by its secret; a wrong secret is refused whatever the grant.</summary>
    public (ConnectedApp App, bool IsProved) Identify(HttpRequest request, IFormCollection form)
    {
        var (id, secret) = ReadBasic(request) ?? (form["client_id"].ToString(), form["client_secret"].ToString());
        var app = apps.Find(id);
        if (app.ClientSecret is not { } expected || secret.Length == 0)
            return (app, false);
        return Secret.AreEqual(expected, secret) ? (app, true) : throw OAuthException.InvalidClient();
    }

    /// <summary>The app, which must have a secret and bring it.</summary>
    public ConnectedApp Require(HttpRequest request, IFormCollection form)
    {
        var (app, isProved) = Identify(request, form);
        return isProved ? app : throw OAuthException.InvalidClient();
    }

    private static (string Id, string Secret)? ReadBasic(HttpRequest request)
    {
        const string scheme = "Basic ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        var encoded = header.AsSpan(scheme.Length).Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
            throw OAuthException.InvalidClient();
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (pair, "") : (Uri.UnescapeDataString(pair[..colon]), Uri.UnescapeDataString(pair[(colon + 1)..]));
    }
}
