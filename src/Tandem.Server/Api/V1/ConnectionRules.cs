using System.Globalization;
using System.Text;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>What a connection that is made or changed over the API may be.</summary>
internal static class ConnectionRules
{
    /// <summary>Names that Tandem makes of a schema's must fit into those of Postgres.</summary>
    private const int LongestSchema = 48;

    private const double MostDays = 36_500;
    private const int OldestApiVersion = 20;

    /// <summary>Postgres keeps pg_ for itself, and the schema tandem holds the catalogue.</summary>
    public static void CheckSchema(string name, Problems problems)
    {
        var isTaken = name.StartsWith("pg_", StringComparison.Ordinal) || name is "tandem" or "information_schema";
        if (isTaken || Encoding.UTF8.GetByteCount(name) is 0 or > LongestSchema)
        {
            problems.Add(
                "schema_name",
                $"Expected a name of 1 to {LongestSchema} bytes that does not begin with pg_ and is not tandem, found another text.");
        }
    }

    /// <summary>Secrets go there, so that nothing but this machine is spoken to in the clear.</summary>
    public static void CheckLoginUrl(Uri address, Problems problems)
    {
        if (address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            return;
        problems.Add("login_url", "Expected an https address such as https://acme.my.salesforce.com, found another one.");
    }

    public static void CheckApiVersion(string version, Problems problems)
    {
        if (version is not [.. var number, '.', '0']
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var found)
            || found is < OldestApiVersion or > 999)
            problems.Add("api_version", "Expected a version such as 67.0, found another text.");
    }

    public static ConnectionSettings Read(IConnectionOptions options, Problems problems)
    {
        AssignmentRules? rules = null;
        if (options.AssignmentRules is { } text && !AssignmentRules.TryParse(text, out rules))
            problems.Add("assignment_rules", "Expected off, on or rules such as Case=01Q000000000001EAA, found another text.");
        return new ConnectionSettings
        {
            Types = options.Types,
            Writes = options.Writes,
            ArchiveAfter = ReadDays("archive_after_days", options.ArchiveAfterDays, problems),
            ArchiveFor = ReadDays("archive_for_days", options.ArchiveForDays, problems),
            Assignment = rules,
            SavesDuplicates = options.Duplicates is { } duplicates ? duplicates == DuplicateChoice.Save : null,
            CutsText = options.LongText is { } longText ? longText == LongTextChoice.Cut : null,
        };
    }

    private static TimeSpan? ReadDays(string name, double? days, Problems problems)
    {
        if (days is null or (> 0 and <= MostDays))
            return days is { } given ? TimeSpan.FromDays(given) : null;
        problems.Add(name, $"Expected a number of days above 0 and up to {MostDays}, found another one.");
        return null;
    }
}
