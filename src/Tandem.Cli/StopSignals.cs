using System.Runtime.InteropServices;

namespace Tandem.Cli;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks the command to stop, which ends with exit code 0 when the command has; a second one ends the
/// program at once. Nothing is lost by that, for every unit of work may be done twice.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        Listen(PosixSignal.SIGINT, signalNumber: 2);
        Listen(PosixSignal.SIGTERM, signalNumber: 15);
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    /// <param name="signalNumber">By which a shell tells from the exit code what ended a program: 128 and it.</param>
    private void Listen(PosixSignal signal, int signalNumber) => _registrations.Add(PosixSignalRegistration.Create(
        signal,
        context =>
        {
            context.Cancel = true;
            if (_stop.IsCancellationRequested)
                Environment.Exit(128 + signalNumber);
            _ = _stop.CancelAsync();
        }));
}
