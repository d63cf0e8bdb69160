using System.Globalization;
using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Running.Allowance;

/// <summary>The sentences about slowed polls.</summary>
internal static class AllowanceWords
{
    public const string Unknown = "the org has not told how many API calls it has.";

    public static string Slowed(TimeSpan asked, TimeSpan given, string cause) =>
        given > asked ? $"Polls come every {Spell(given)} instead of every {Spell(asked)}: {cause}" : $"Polls were slowed: {cause}";

    public static string OfMapping(double used, int limit, DateTimeOffset ease) => string.Create(
        CultureInfo.InvariantCulture,
        $"{used:N0} of the {limit:N0} API calls that this mapping may use in 24 hours are used. {Until(ease)}");

    public static string OfConnection(double used, double limit, int share, DateTimeOffset ease) => string.Create(
        CultureInfo.InvariantCulture,
        $"{used:N0} of the {limit:N0} API calls that this connection may use in 24 hours ({share} % of the org's) are used. {Until(ease)}");

    public static string OfOthers(ApiUsage org) => string.Create(
        CultureInfo.InvariantCulture,
        $"the org has {Math.Max(0, org.Allowed - org.Used):N0} of its {org.Allowed:N0} API calls of 24 hours left, for all its clients. "
        + $"It goes on as asked when the org has more left.");

    private static string Until(DateTimeOffset ease) => string.Create(
        CultureInfo.InvariantCulture,
        $"It goes on as asked when calls of the day before age out, not before {ease.UtcDateTime:HH:mm} UTC.");

    private static string Spell(TimeSpan span) => span.TotalSeconds < 120
        ? Count(span.TotalSeconds, "second")
        : Count(span.TotalMinutes, "minute");

    private static string Count(double number, string unit)
    {
        var rounded = Math.Round(number, 1);
        return rounded == 1 ? unit : string.Create(CultureInfo.InvariantCulture, $"{rounded:0.#} {unit}s");
    }
}
