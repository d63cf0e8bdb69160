using Npgsql;

namespace Tandem.Bench.Day;

/// <summary>An app that changes rows at an even rate over a few sessions, each change a transaction of its own.</summary>
internal sealed class DayWriter(NpgsqlDataSource app, DayOptions options, TimeProvider timeProvider)
{
    private const int Sessions = 4;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    private long _changes;

    /// <summary>Committed so far.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Writes for as long as was asked, and throws when the machine cannot keep the rate.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        var ids = await ReadIdsAsync(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => WriteAsync(session, ids, started, cancellationToken)));
        var wanted = (long)(options.Rate * options.Length.TotalSeconds);
        var seconds = timeProvider.GetElapsedTime(started).TotalSeconds;
        if (seconds > options.Length.TotalSeconds * 1.05)
            throw new BenchException($"{wanted} changes took {seconds:0} s: this machine cannot write {options.Rate} a second.");
    }

    private async Task WriteAsync(int session, IReadOnlyList<int> ids, long started, CancellationToken cancellationToken)
    {
        await using var connection = await app.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(SqlFile.Read("Push/change_account.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<int>(), new NpgsqlParameter<string>() },
        };
        await command.PrepareAsync(cancellationToken);
        var random = new Random(session);
        var each = (double)options.Rate / Sessions;
        for (long written = 0; ;)
        {
            var elapsed = timeProvider.GetElapsedTime(started);
            var due = (long)(Math.Min(elapsed.TotalSeconds, options.Length.TotalSeconds) * each);
            for (; written < due; written++)
            {
                command.Parameters[0].Value = ids[random.Next(ids.Count)];
                command.Parameters[1].Value = FormattableString.Invariant($"+49 {session} {written}");
                await command.ExecuteNonQueryAsync(cancellationToken);
                Interlocked.Increment(ref _changes);
            }

            if (elapsed >= options.Length)
                return;
            await Task.Delay(Beat, timeProvider, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<int>> ReadIdsAsync(CancellationToken cancellationToken)
    {
        await using var command = app.CreateCommand(SqlFile.Read("Day/read_ids.sql"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt32(0));
        return ids;
    }
}
