using Npgsql;
using Tandem.Server.Hosting;

namespace Tandem.Server.Api;

/// <summary>
/// The counts of one connection as they were last read. Counting costs calls of the org and reads of whole tables, so it is done at most
/// once a minute unless the mappings are others by then, and only while somebody looks. Who looks in between sees the last ones at once;
/// who comes when nobody has looked for long waits a moment for new ones.
/// </summary>
internal sealed class StatusBoard(ConnectionLife life, TimeProvider timeProvider)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<StatusSnapshot>? _reading;
    private StatusSnapshot? _last;

    public async Task<StatusSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var (last, reading) = Begin();
        if (reading is null)
            return last ?? new StatusSnapshot(timeProvider.GetUtcNow(), []);
        if (last is null)
            return await reading.WaitAsync(cancellationToken);
        try
        {
            return await reading.WaitAsync(Patience, timeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException || reading.IsFaulted || reading.IsCanceled)
        {
            // The next look tries again; until then the last counts tell more than a failure.
            return last;
        }
    }

    /// <returns>The last counts, and those that are being read because the last ones will not do.</returns>
    private (StatusSnapshot? Last, Task<StatusSnapshot>? Reading) Begin()
    {
        lock (_lock)
        {
            if (_reading is { IsCompletedSuccessfully: true } read)
                _last = read.Result;
            if (life.Host is not { } host)
                return (_last, null);
            var mapped = host.Mappings.All.Select(mapping => mapping.Mapped.Name);
            var age = _last is { } last && last.Mappings.Select(status => status.ObjectName).SequenceEqual(mapped, StringComparer.Ordinal)
                ? timeProvider.GetUtcNow() - last.ReadAt
                : Stale;
            if (age >= Fresh && _reading is null or { IsCompleted: true })
                _reading = CountAsync(host, _last);
            return (_last, age < Stale ? null : _reading);
        }
    }

    private async Task<StatusSnapshot> CountAsync(SyncHost host, StatusSnapshot? last)
    {
        await Task.Yield();
        try
        {
            return new StatusSnapshot(timeProvider.GetUtcNow(), await host.ReadStatusAsync(CancellationToken.None));
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException or NpgsqlException)
        {
            // The work ended while it was counted, or the database did; the state tells why, and the last counts stand, old as they are.
            return last ?? new StatusSnapshot(timeProvider.GetUtcNow(), []);
        }
    }
}
