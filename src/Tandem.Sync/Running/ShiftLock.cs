using Microsoft.Extensions.Logging;
using Tandem.Postgres;

namespace Tandem.Sync.Running;

/// <summary>
/// The right to work one schema, held by at most one program: a lock of the target database. Whoever waits for it must read what is
/// stored only when it has it, for the program before may have stored something else meanwhile.
/// </summary>
public sealed partial class ShiftLock(string schema, TargetDatabase database, ShiftSettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = settings.LoggerFactory.CreateLogger<ShiftLock>();
    private AdvisoryLock? _held;

    /// <summary>Fires when the session that held the lock died; another program may work the schema from then on.</summary>
    public CancellationToken Lost => _held?.Lost ?? CancellationToken.None;

    /// <summary>What that session died of; null while it lives.</summary>
    public Exception? LostBy => _held?.LostBy;

    /// <summary>Waits until no other program holds the lock. Nothing more happens when it is held already.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (_held is not null)
            return;
        var name = $"tandem shift {schema}";
        using var timer = new PeriodicTimer(Interval, settings.TimeProvider);
        for (var tries = 1; ; tries++)
        {
            _held = await AdvisoryLock.TryAcquireAsync(database.Control, name, cancellationToken);
            if (_held is not null)
                return;
            if (tries == 1)
                LogWaiting(schema);
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _held?.DisposeAsync() ?? ValueTask.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "Another program works the schema {Schema}; waiting until it ends")]
    private partial void LogWaiting(string schema);
}
