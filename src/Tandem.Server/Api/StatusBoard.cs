using Npgsql;
using Tandem.Server.Hosting;

namespace Tandem.Server.Api;

/// <summary>
/// The counts of one connection as they were last read. Counting costs calls of the org and reads of whole tables, so it is done at most
/// once a minute, and only while somebody looks; who looks in between sees the last ones at once.
/// </summary>
internal sealed class StatusBoard(ConnectionLife life, TimeProvider timeProvider)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Task<StatusSnapshot>? _reading;
    private StatusSnapshot? _last;

    public Task<StatusSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_reading is { IsCompletedSuccessfully: true } read)
                _last = read.Result;
            var isFresh = _last is { } last && timeProvider.GetUtcNow() - last.ReadAt < Fresh;
            if (!isFresh && _reading is null or { IsCompleted: true } && life.Host is { } host)
                _reading = CountAsync(host);
            if (_last is not null)
                return Task.FromResult(_last);
            return _reading?.WaitAsync(cancellationToken) ?? Task.FromResult(new StatusSnapshot(timeProvider.GetUtcNow(), []));
        }
    }

    private async Task<StatusSnapshot> CountAsync(SyncHost host)
    {
        await Task.Yield();
        try
        {
            return new StatusSnapshot(timeProvider.GetUtcNow(), await host.ReadStatusAsync(CancellationToken.None));
        }
        catch (Exception exception) when (exception is ObjectDisposedException or NpgsqlException)
        {
            // The work ended while it was counted; the state tells why, and the last counts stand.
            return new StatusSnapshot(timeProvider.GetUtcNow(), _last?.Mappings ?? []);
        }
    }
}
