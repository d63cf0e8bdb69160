using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>Somebody at a command line that knows a server and a token, and nothing of its database.</summary>
internal sealed class Person(Uri server, string token)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Uri Server => server;

    /// <returns>The lines on standard output of a command that succeeds.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(params string[] words)
    {
        await using var process = Start(words);
        (await process.WaitForExitAsync(Cancelled)).ShouldBe(0, $"{string.Join(' ', words)}\n{string.Join('\n', process.Lines)}");
        return process.OutputLines;
    }

    /// <returns>All lines of a command that ends with this code.</returns>
    public async Task<IReadOnlyList<string>> FailAsync(int exitCode, params string[] words)
    {
        await using var process = Start(words);
        (await process.WaitForExitAsync(Cancelled)).ShouldBe(exitCode, $"{string.Join(' ', words)}\n{string.Join('\n', process.Lines)}");
        return process.Lines;
    }

    /// <summary>Asks until the answer is this line.</summary>
    public Task UntilAsync(string[] words, string line) => Eventually.BecomesTrueAsync(
        async () => await RunAsync(words) is [var only] && only == line,
        $"{string.Join(' ', words)} says {line}",
        cancellationToken: Cancelled);

    private TandemProcess Start(string[] words) => TandemProcess.Start(
        words,
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TANDEM_SERVER"] = server.ToString(), ["TANDEM_API_TOKEN"] = token, ["DATABASE_URL"] = "",
        });
}
