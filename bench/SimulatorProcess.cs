using System.Diagnostics;

namespace Tandem.Bench;

/// <summary>
/// <c>tandem simulator</c> as a process of its own, so that neither its memory nor its garbage collector counts as the loader's.
/// Dispose ends it; it keeps nothing.
/// </summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private const string AddressMark = "listens on ";
    private const string PubSubMark = "Pub/Sub API";
    private const string AuthorityMark = "test CA";

    private readonly Process _process;

    private SimulatorProcess(Process process, Uri url, Uri pubSubUrl, string authorityFile)
    {
        _process = process;
        Url = url;
        PubSubUrl = pubSubUrl;
        AuthorityFile = authorityFile;
    }

    public Uri Url { get; }

    public Uri PubSubUrl { get; }

    /// <summary>The certificate of the CA that signs for the Pub/Sub API.</summary>
    public string AuthorityFile { get; }

    public int Id => _process.Id;

    /// <param name="folder">Holds the metadata; the simulator keeps its test CA there, so that none of the user's is made.</param>
    public static async Task<SimulatorProcess> StartAsync(string folder, string metadataFile, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "tandem.dll");
        string[] words = [program, "simulator", "--port", "0", "--rows", "0", "--seed", "1", "--metadata", metadataFile,
            "--tls-dir", folder];
        var start = new ProcessStartInfo("dotnet", words) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new BenchException("The simulator did not start.");
        try
        {
            var url = await ReadAsync(process, AddressMark, cancellationToken);
            var pubSubUrl = await ReadAsync(process, PubSubMark, cancellationToken);
            var authorityFile = await ReadAsync(process, AuthorityMark, cancellationToken);
            return new SimulatorProcess(process, new Uri(url), new Uri(pubSubUrl), authorityFile);
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

    /// <summary>What the next line of the greeting says behind the mark.</summary>
    private static async Task<string> ReadAsync(Process process, string mark, CancellationToken cancellationToken)
    {
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? "";
        var at = line.IndexOf(mark, StringComparison.Ordinal);
        return at >= 0 ? line[(at + mark.Length)..].Trim()
            : throw new BenchException($"The simulator ended before it told its {mark.Trim()}; what it printed above says why.");
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }
}
