using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Somebody at a command line that knows a server and a token, and nothing of its database.</summary>
internal sealed class Person(Uri server, string token)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Uri Server => server;

    /// <returns>The lines on standard output of a command that succeeds.</returns>
    public Task<IReadOnlyList<string>> RunAsync(params string[] words) => EndAsync(0, words);

    /// <returns>All lines of a command that ends with this code, for 3 those on standard output.</returns>
    public Task<IReadOnlyList<string>> FailAsync(int exitCode, params string[] words) => EndAsync(exitCode, words);

    /// <returns>All lines of a command that succeeds: what it tells a person beside its answer is on standard error.</returns>
    public async Task<IReadOnlyList<string>> TellAsync(params string[] words)
    {
        await using var process = Start(words);
        await process.EndAsync(0, Cancelled);
        return process.Lines;
    }

    /// <summary>Asks until the answer is this line.</summary>
    public Task UntilAsync(string[] words, string line) => Eventually.BecomesTrueAsync(
        async () => await RunAsync(words) is [var only] && only == line,
        $"{string.Join(' ', words)} says {line}",
        cancellationToken: Cancelled);

    private async Task<IReadOnlyList<string>> EndAsync(int exitCode, string[] words)
    {
        await using var process = Start(words);
        return await process.EndAsync(exitCode, Cancelled);
    }

    private TandemProcess Start(string[] words) => TandemProcess.Start(
        words,
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TANDEM_SERVER"] = server.ToString(), ["TANDEM_API_TOKEN"] = token, ["DATABASE_URL"] = "",
        });
}
