using System.Diagnostics;

namespace Tandem.Bench;

/// <summary>
/// <c>tandem simulator</c> as a process of its own, so that neither its memory nor its garbage collector counts as the loader's.
/// Dispose ends it; it keeps nothing.
/// </summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private const string AddressMark = "listens on ";

    private readonly Process _process;

    private SimulatorProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public int Id => _process.Id;

    public static async Task<SimulatorProcess> StartAsync(string metadataFile, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "tandem.dll");
        var start = new ProcessStartInfo(
            "dotnet", [program, "simulator", "--port", "0", "--rows", "0", "--seed", "1", "--metadata", metadataFile])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new BenchException("The simulator did not start.");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? "";
            var at = line.IndexOf(AddressMark, StringComparison.Ordinal);
            if (at < 0)
                throw new BenchException("The simulator ended before it listened; what it printed above says why.");
            return new SimulatorProcess(process, new Uri(line[(at + AddressMark.Length)..]));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

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
