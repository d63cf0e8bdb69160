using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tandem.Salesforce.Limits;

/// <summary>
/// The org's API requests of the last 24 hours, all clients together, as the last answer reported them in <c>Sforce-Limit-Info</c>.
/// Source: salesforce-api.md, section 2.1.
/// </summary>
public sealed record ApiUsage(int Used, int Allowed)
{
    internal const string HeaderName = "Sforce-Limit-Info";

    private const string UsageKey = "api-usage=";

    /// <summary>Reads <c>api-usage=18/15000</c> out of the header's value; what stands beside it is ignored.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiUsage? usage)
    {
        usage = null;
        foreach (var range in text.AsSpan().Split(';'))
        {
            var part = text.AsSpan(range).Trim();
            if (!part.StartsWith(UsageKey, StringComparison.OrdinalIgnoreCase))
                continue;
            part = part[UsageKey.Length..];
            var slash = part.IndexOf('/');
            if (slash > 0
                && int.TryParse(part[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var used)
                && int.TryParse(part[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var allowed))
            {
                usage = new ApiUsage(used, allowed);
                return true;
            }
        }

        return false;
    }
}
