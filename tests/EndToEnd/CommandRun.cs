using Shouldly;
using Tandem.Testing;

namespace Tandem.Tests.EndToEnd;

/// <summary>Runs a command of <c>tandem</c> against a database, as a person who has set DATABASE_URL does.</summary>
internal static class CommandRun
{
    /// <returns>All lines that it printed, when it ended with the expected code.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        TestDatabase database, int exitCode, string[] words, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DATABASE_URL"] = database.ConnectionString };
        await using var process = TandemProcess.Start(words, environment);
        (await process.WaitForExitAsync(cancellationToken)).ShouldBe(exitCode, string.Join('\n', process.Lines));
        return process.Lines;
    }
}
