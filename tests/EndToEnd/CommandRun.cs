using Shouldly;
using Tandem.Testing;

namespace Tandem.Tests.EndToEnd;

/// <summary>Runs a command of <c>tandem</c> against a database, as a person who has set DATABASE_URL does.</summary>
internal static class CommandRun
{
    private const int SidesDiffer = 3;

    /// <returns>As <see cref="EndAsync"/>.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        TestDatabase database, int exitCode, string[] words, CancellationToken cancellationToken)
    {
        await using var process = Start(database, words);
        return await process.EndAsync(exitCode, cancellationToken);
    }

    /// <returns>All lines of a command that succeeds: what it tells a person beside its answer is on standard error.</returns>
    public static async Task<IReadOnlyList<string>> TellAsync(TestDatabase database, string[] words, CancellationToken cancellationToken)
    {
        await using var process = Start(database, words);
        await process.EndAsync(0, cancellationToken);
        return process.Lines;
    }

    /// <summary>Waits for the end of a command, which must be with the expected code.</summary>
    /// <returns>
    /// The lines on standard output of a command that has an answer, for a slow one tells its progress on the other; all lines of one that
    /// fails.
    /// </returns>
    public static async Task<IReadOnlyList<string>> EndAsync(
        this TandemProcess process, int exitCode, CancellationToken cancellationToken)
    {
        (await process.WaitForExitAsync(cancellationToken)).ShouldBe(exitCode, string.Join('\n', process.Lines));
        return exitCode is 0 or SidesDiffer ? process.OutputLines : process.Lines;
    }

    private static TandemProcess Start(TestDatabase database, string[] words) => TandemProcess.Start(
        words, new Dictionary<string, string>(StringComparer.Ordinal) { ["DATABASE_URL"] = database.ConnectionString });
}
