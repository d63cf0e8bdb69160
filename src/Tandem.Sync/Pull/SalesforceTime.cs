using System.Globalization;

namespace Tandem.Sync.Pull;

/// <summary>
/// Reads the datetimes of REST and Bulk for the few places that reckon with them. Source: salesforce-api.md, section 8.2.
/// </summary>
internal static class SalesforceTime
{
    /// <summary>UTC, whatever the zone's spelling: <c>Z</c>, <c>+0000</c> or <c>+00:00</c>.</summary>
    public static DateTime Parse(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime;
}
