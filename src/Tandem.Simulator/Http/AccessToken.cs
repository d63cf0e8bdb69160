using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Http;

/// <summary>Where requests carry their access token; every door but SOAP's, whose token is in the body, reads it here. Source:
/// salesforce-api.md, section 0.</summary>
internal static class AccessToken
{
    /// <summary>The token of the header, behind the scheme Bearer or OAuth; null when there is none.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return null;
        var scheme = header.AsSpan(0, space);
        return scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("OAuth", StringComparison.OrdinalIgnoreCase)
            ? header[(space + 1)..].Trim() : null;
    }

    /// <summary>The token in the older Bulk API's own header, or in the usual one.</summary>
    public static string? OfBulk(HttpRequest request) =>
        request.Headers["X-SFDC-Session"] is [{ Length: > 0 } token] ? token : Of(request);

    /// <summary>The token behind any scheme or none, as clients of the streaming API write it.</summary>
    public static string? OfStreaming(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString().Trim();
        return header.Length == 0 ? null : header[(header.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }
}
