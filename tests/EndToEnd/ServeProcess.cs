using Tandem.Testing;

namespace Tandem.Tests.EndToEnd;

/// <summary>Starts <c>tandem serve</c> with the simulator's defaults as secrets, so that a test names only what it is about.</summary>
internal static class ServeProcess
{
    public static readonly IReadOnlyDictionary<string, string> Secrets = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TANDEM_CLIENT_ID"] = "simulator",
        ["TANDEM_CLIENT_SECRET"] = "simulator-secret",
        ["TANDEM_USERNAME"] = "admin@tandem.test",
        ["TANDEM_PASSWORD"] = "password",
        ["DATABASE_URL"] = "",
    };

    public static TandemProcess Start(string database, Uri org, string? mappings, params string[] more) =>
        Start([.. Arguments(database, org, mappings), .. more]);

    /// <summary>As above, killed at the named failpoint; an empty name kills nothing.</summary>
    public static TandemProcess StartToBeKilled(string database, Uri org, string? mappings, string failpoint, params string[] more) =>
        TandemProcess.Start(
            ["serve", .. Arguments(database, org, mappings), .. more],
            new Dictionary<string, string>(Secrets, StringComparer.Ordinal) { ["TANDEM_FAILPOINT"] = failpoint });

    public static TandemProcess Start(IEnumerable<string> arguments) => TandemProcess.Start(["serve", .. arguments], Secrets);

    /// <summary>The line that stands when the shift is prepared and begins to work.</summary>
    public static Task<string> WaitUntilWorkingAsync(this TandemProcess process, CancellationToken cancellationToken) =>
        process.WaitForLineAsync(line => line.StartsWith("Keeping ", StringComparison.Ordinal), cancellationToken);

    private static List<string> Arguments(string database, Uri org, string? mappings)
    {
        List<string> arguments = ["--database", database, "--org", org.ToString(), "--flow", "password"];
        if (mappings is not null)
        {
            arguments.AddRange(["--mappings", mappings]);
        }

        return arguments;
    }
}
