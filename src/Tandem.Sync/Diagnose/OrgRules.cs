using System.Globalization;
using Tandem.Postgres.Conflicts;
using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Diagnose;

/// <summary>The rules about the org and its user.</summary>
internal static class OrgRules
{
    /// <summary>Salesforce means to end these. Source: heroku-connect.md, section 12.9.</summary>
    private const int LastDoomedVersion = 40;

    /// <summary>Salesforce keeps a version for three years at least, with three releases in each.</summary>
    private const int VersionsKept = 9;

    private const double LittleAllowance = 0.2;
    private const double NoAllowance = 0.02;
    private const double LittleStorage = 0.05;

    /// <summary>Org and database tell the time to the second, and an answer takes its time too.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<Rule<ConnectionSubject>> All { get; } =
    [
        new("MUST_USE_RECENT_API_VERSION", "Salesforce API Version", JudgeVersionAsync),
        new("SHOULD_VIEW_ALL_DATA", "Integration User", JudgeUserAsync),
        new("SHOULD_HAVE_API_ALLOWANCE", "Daily API Requests", JudgeAllowanceAsync),
        new("SHOULD_HAVE_DATA_STORAGE", "Salesforce Data Storage", JudgeStorageAsync),
        new("SHOULD_AGREE_ON_TIME", "Clocks", JudgeClocksAsync),
    ];

    private static async Task<Judgement> JudgeVersionAsync(ConnectionSubject subject, CancellationToken cancellationToken)
    {
        var offered = await subject.Shift.Salesforce.Versions.ListAsync(cancellationToken);
        return JudgeVersion(subject.Shift.Connection.ApiVersion, offered);
    }

    internal static Judgement JudgeVersion(string used, IReadOnlyList<string> offered)
    {
        var newest = offered.MaxBy(Number) ?? used;
        if (!offered.Contains(used, StringComparer.Ordinal))
            return Judgement.Red($"The org does not offer version {used} of its API. Change to {newest}, its newest.");
        if (Number(used) <= LastDoomedVersion)
            return Judgement.Red($"Salesforce is about to end version {used} of its API. Change to {newest}, the org's newest.");
        return Number(newest) - Number(used) >= VersionsKept
            ? Judgement.Yellow($"Version {used} of the API is more than three years old. Change to {newest}, the org's newest.")
            : Judgement.Green($"Version {used} of the API is in use; the org's newest is {newest}.");
    }

    private static double Number(string version) =>
        double.TryParse(version, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static async Task<Judgement> JudgeUserAsync(ConnectionSubject subject, CancellationToken cancellationToken)
    {
        var profile = await subject.Facts.ProfileAsync(cancellationToken);
        if (profile is { ViewsAllData: true } or { ModifiesAllData: true })
            return Judgement.Green("The integration user's profile lets it view all data.");
        return await subject.Shift.Salesforce.Identity.ViewsAllDataBySetAsync(cancellationToken) switch
        {
            true => Judgement.Green("A permission set lets the integration user view all data."),
            null when profile is null => Judgement.Skipped(
                "The integration user may not see its own permissions. Check that it may view all records of the mapped objects."),
            _ => Judgement.Yellow(
                "Neither its profile nor a permission set lets the integration user view all data. Give it \"View All Data\", or "
                + "\"View All\" on each mapped object; else records that are not shared with it are missing, and leave their table when "
                + "sharing ends."),
        };
    }

    private static async Task<Judgement> JudgeAllowanceAsync(ConnectionSubject subject, CancellationToken cancellationToken) =>
        JudgeAllowance(
            await subject.Facts.LimitsAsync(cancellationToken),
            PollsPerSecond(subject) * TimeSpan.FromDays(1).TotalSeconds,
            subject.Shift.Connection.ApiShare,
            subject.Shift.Mappings.Budget?.Read().Sentence);

    /// <param name="share">What the connection may use of the allowance, in per cent.</param>
    /// <param name="slowed">Why its polls are slowed; null when they are not.</param>
    internal static Judgement JudgeAllowance(OrgLimits limits, double polls, int share, string? slowed)
    {
        if (limits.DailyApiRequests is not { Max: > 0 } requests)
            return Judgement.Skipped("The org does not tell the integration user how many API requests it has.");
        var left = (double)requests.Remaining / requests.Max;
        var stand = Invariant($"{requests.Remaining} of {requests.Max} API requests of the last 24 hours are left");
        if (left <= NoAllowance)
        {
            return Judgement.Red(
                $"{stand}. All clients of the org share them: find out who spends them (Setup, API Usage), poll less often, or buy more.");
        }

        if (left < LittleAllowance)
            return Judgement.Yellow($"{stand}. Poll less often, or find out who else spends them (Setup, API Usage).");
        if (slowed is not null)
            return Judgement.Yellow($"{slowed} Give the mappings longer intervals, or the connection a larger share (api_share).");
        return polls > requests.Max * share / 100.0
            ? Judgement.Yellow(
                Invariant($"The polls alone need {polls:N0} of the org's {requests.Max:N0} API requests a day; ")
                + Invariant($"{share} % of them may be used. Give the mappings longer intervals."))
            : Judgement.Green(Invariant($"{stand}; the polls need about {polls:N0} a day."));
    }

    /// <summary>A poll that finds nothing costs one call.</summary>
    internal static double PollsPerSecond(ConnectionSubject subject) =>
        subject.Shift.Mappings.All.Sum(mapping => 1 / Math.Max(1, mapping.Asked.PollInterval.TotalSeconds));

    private static async Task<Judgement> JudgeStorageAsync(ConnectionSubject subject, CancellationToken cancellationToken) =>
        JudgeStorage(await subject.Facts.LimitsAsync(cancellationToken));

    internal static Judgement JudgeStorage(OrgLimits limits)
    {
        if (limits.Find("DataStorageMB") is not { Max: > 0 } storage)
            return Judgement.Skipped("The org does not tell the integration user how much storage it has.");
        if (storage.Remaining <= 0)
            return Judgement.Red("The org's data storage is full, so it takes no new records. Delete records there, or buy more.");
        var left = Invariant($"{storage.Remaining} of {storage.Max} MB of the org's data storage are left");
        return (double)storage.Remaining / storage.Max < LittleStorage
            ? Judgement.Yellow($"{left}. Without any it takes no new records: delete records there, or buy more.")
            : Judgement.Green($"{left}.");
    }

    private static async Task<Judgement> JudgeClocksAsync(ConnectionSubject subject, CancellationToken cancellationToken)
    {
        // An answer of this moment tells the org's time; the others may be hours old.
        await subject.Facts.LimitsAsync(cancellationToken);
        var database = await subject.Facts.DatabaseAsync(cancellationToken);
        if (subject.Shift.Salesforce.OrgNow is not { } org)
            return Judgement.Skipped("The org's answers do not tell its time.");
        var difference = (org - database.Now).Duration();
        if (difference <= ClockDifference)
            return Judgement.Green("The clocks of the org and of the database agree.");
        var sentence = Invariant(
            $"The clocks of the org and of the database are {difference.TotalMinutes:0} minutes apart. Set the database server's by NTP");
        var comparing = subject.Shift.Mappings.All
            .Where(mapping => mapping.Asked.Conflicts == ConflictPolicy.Newest
                || mapping.Asked.ConflictFields.Values.Contains(ConflictPolicy.Newest))
            .Select(mapping => mapping.Mapped.Name)
            .ToList();
        return comparing.Count > 0
            ? Judgement.Red($"{sentence}: {Names.List(comparing)} decide conflicts by who changed last, and would decide wrongly.")
            : Judgement.Yellow($"{sentence}; what is shown as waiting or late is wrong by as much.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
