using Tandem.Testing;

namespace Tandem.Tests.EndToEnd;

/// <summary>A running <c>tandem simulator</c> with an address; the org of an end-to-end test.</summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private const string Announcement = "A Salesforce org listens on ";

    private readonly TandemProcess _process;

    private SimulatorProcess(TandemProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<SimulatorProcess> StartAsync(int rows, int seed, CancellationToken cancellationToken)
    {
        var process = TandemProcess.Start(["simulator", "--port", "0", "--rows", $"{rows}", "--seed", $"{seed}"]);
        var line = await process.WaitForLineAsync(
            candidate => candidate.StartsWith(Announcement, StringComparison.Ordinal), cancellationToken);
        return new SimulatorProcess(process, new Uri(line[Announcement.Length..]));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
