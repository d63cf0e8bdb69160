using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tandem.Testing;

/// <summary>
/// A child process whose lines a test reads while it runs, by default the built tandem command.
/// Kill tests end it with SIGKILL, shutdown tests with SIGINT; dispose kills what is left.
/// </summary>
public sealed class TandemProcess : IAsyncDisposable
{
    private const int InterruptSignal = 2;

    /// <summary>
    /// A process of some seconds spends more on optimising its code than it ever gains: it shall measure no methods, and compile only
    /// those anew that were called a thousand times (3E8 in hexadecimal). See docs/decisions/0052.
    /// </summary>
    private static readonly (string Name, string Value)[] ShortLife = [("DOTNET_TieredPGO", "0"), ("DOTNET_TC_CallCountThreshold", "3E8")];

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<(string Text, bool IsError)> _lines = [];
    private TaskCompletionSource _changed = NewSignal();
    private int _openStreams = 2;

    private TandemProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>Every line of stdout so far, then every line of stderr: between two pipes there is no order that could be told.</summary>
    public IReadOnlyList<string> Lines => [.. OutputLines, .. ErrorLines];

    /// <summary>Every line of stdout so far.</summary>
    public IReadOnlyList<string> OutputLines => Select(static isError => !isError);

    /// <summary>Every line of stderr so far.</summary>
    public IReadOnlyList<string> ErrorLines => Select(static isError => isError);

    /// <summary>Starts the tandem command of the build that the tests belong to.</summary>
    public static TandemProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var program = RepositoryRoot.Combine("artifacts", "bin", "Tandem.Cli", "release", "tandem.dll");
        return File.Exists(program)
            ? StartProgram("dotnet", [program, .. arguments], environment)
            : throw new InvalidOperationException(
                $"The command is not built: {program} is missing. Build src/Tandem.Cli in Release first.");
    }

    /// <summary>Starts any other program, such as a script of the repository.</summary>
    public static TandemProcess StartProgram(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingFolder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder ?? RepositoryRoot.Folder,
        };
        foreach (var (name, value) in ShortLife)
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var process = new TandemProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        process.Begin();
        return process;
    }

    /// <summary>
    /// The first line, already printed or yet to come, that satisfies the predicate; throws with the output when the process ends
    /// without it.
    /// </summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> predicate, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_lines.Find(line => predicate(line.Text)).Text is { } found)
                {
                    return found;
                }

                if (_openStreams == 0)
                {
                    throw new InvalidOperationException(
                        $"The process ended without the awaited line. It printed:\n{string.Join('\n', _lines.Select(line => line.Text))}");
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>SIGKILL to this process only; what it started lives on.</summary>
    public void Kill() => _process.Kill(entireProcessTree: false);

    /// <summary>SIGINT, as Ctrl+C sends it, and the wait for the end.</summary>
    public Task<int> InterruptAsync(CancellationToken cancellationToken) => SignalAsync(InterruptSignal, cancellationToken);

    /// <summary>A signal by its number, and the wait for the end.</summary>
    public Task<int> SignalAsync(int signal, CancellationToken cancellationToken)
    {
        Signal(signal);
        return WaitForExitAsync(cancellationToken);
    }

    /// <summary>A signal by its number.</summary>
    public void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException(
                $"The process {_process.Id} did not get the signal {signal}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Waits for the end of the process and of its output; returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private List<string> Select(Func<bool, bool> isWanted)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => isWanted(line.IsError)).Select(line => line.Text)];
        }
    }

    private void Begin()
    {
        _process.OutputDataReceived += (_, line) => Take(line.Data, isError: false);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, isError: true);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(string? line, bool isError)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (line is null)
            {
                _openStreams--;
            }
            else
            {
                _lines.Add((line, isError));
            }

            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
