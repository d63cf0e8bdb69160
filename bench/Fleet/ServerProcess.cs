using System.Diagnostics;

namespace Tandem.Bench.Fleet;

/// <summary><c>tandem serve</c> as a process of its own, which works what the catalogue holds. Dispose ends it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string AddressMark = "the API is at ";

    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <param name="environment">The database, the master key and the token.</param>
    public static async Task<ServerProcess> StartAsync(
        IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "tandem.dll");
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--port", "0"])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new BenchException("The server did not start.");
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            var at = line.IndexOf(AddressMark, StringComparison.Ordinal);
            if (at >= 0)
                return new ServerProcess(process, new Uri(line[(at + AddressMark.Length)..].Split(' ')[0].TrimEnd('.')));
        }

        process.Dispose();
        throw new BenchException("The server ended before it told its address; what it printed above says why.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
