using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Reads the records again that a load or poll left out because a value did not fit, widens columns where that helps, and merges what
/// fits by now. A record that is gone from the org, or from the mapping's filter, leaves the list; the other passes see to its row.
/// Each page commits with its part of the list, so that doing it twice is harmless. Without such records it costs no API call, and a look
/// at the list only when the table was written.
/// </summary>
public sealed partial class HeldRowsPass(
    SalesforceClient salesforce, ReadErrors readErrors, ColumnWidening widening, ILogger<HeldRowsPass> logger) : IPullPass
{
    private const int IdsPerQuery = 1_000;

    /// <summary>By object: the passages of its gate when no record was held. Whoever holds one enters the gate.</summary>
    private readonly ConcurrentDictionary<string, long> _noneAt = new(StringComparer.Ordinal);

    public CallKind Kind => CallKind.Poll;

    public bool IsDue(MappedObject mapped, Progress progress) => true;

    public async Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken)
    {
        var passages = turn.Gate.Passages;
        if (_noneAt.TryGetValue(turn.Mapped.Name, out var noneAt) && noneAt == passages)
            return new PassOutcome(turn.Progress, 0);
        var (changed, held) = (0, 0);
        for (var after = ""; ;)
        {
            var connection = await turn.ConnectAsync(cancellationToken);
            var sfids = await readErrors.ListAsync(connection, turn.Mapped.Name, after, IdsPerQuery, cancellationToken);
            if (sfids.Count == 0 && after.Length == 0)
                _noneAt[turn.Mapped.Name] = passages;
            if (sfids.Count == 0)
                break;
            after = sfids[^1];
            var outcome = await ReadAgainAsync(turn, sfids, cancellationToken);
            turn = turn with { Mapped = outcome.Mapped };
            (changed, held) = (changed + outcome.Changed, held + outcome.Held);
        }

        if (changed > 0)
            LogMerged(turn.Mapped.Name, changed);
        if (held > 0)
            LogHeld(turn.Mapped.Name, held);
        return new PassOutcome(turn.Progress, changed);
    }

    private async Task<(MappedObject Mapped, int Changed, int Held)> ReadAgainAsync(
        PullTurn turn, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        long read;
        using (await turn.EnterGateAsync(cancellationToken))
            read = turn.Gate.BeginRead();

        var (changed, held) = (0, 0);
        var gone = sfids.ToHashSet(StringComparer.Ordinal);
        var condition = $"Id IN ({string.Join(',', sfids.Select(SoqlText.Literal))})";
        await foreach (var page in salesforce.For(turn.Mapped.Name, Kind).Soql.QueryAsync(
            turn.Mapped.Select(condition), includeDeleted: false, cancellationToken))
        {
            using (page)
            using (await turn.EnterGateAsync(cancellationToken))
            {
                gone.ExceptWith(page.Records.Select(IdOf));
                var records = page.Records.Where(record => !turn.Gate.WasPushedSince(IdOf(record), read)).ToList();
                using var rows = new CopyRows();
                var encoder = Encode(turn.Mapped, records, rows);
                var connection = await turn.ConnectAsync(cancellationToken);
                var mapped = await widening.FollowAsync(turn.Mapped, encoder.Held, connection, cancellationToken);
                if (!ReferenceEquals(mapped, turn.Mapped))
                {
                    turn = turn with { Mapped = mapped };
                    encoder = Encode(mapped, records, rows);
                }

                changed += await MergeAsync(turn, records, rows, encoder.Held, cancellationToken);
                held += encoder.Held.DistinctBy(row => row.Sfid, StringComparer.Ordinal).Count();
            }
        }

        await readErrors.RemoveAsync(await turn.ConnectAsync(cancellationToken), turn.Mapped.Name, [.. gone], cancellationToken);
        return (turn.Mapped, changed, held);
    }

    private static RowEncoder Encode(MappedObject mapped, List<JsonElement> records, CopyRows rows)
    {
        rows.Clear();
        var encoder = new RowEncoder(mapped);
        foreach (var record in records)
            encoder.Encode(record, rows);
        return encoder;
    }

    private async Task<int> MergeAsync(
        PullTurn turn, List<JsonElement> records, CopyRows rows, IReadOnlyList<HeldRow> held, CancellationToken cancellationToken)
    {
        var (mapped, connection) = (turn.Mapped, await turn.ConnectAsync(cancellationToken));
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var result = await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
        var misfits = held.Select(row => row.Sfid).ToHashSet(StringComparer.Ordinal);
        await readErrors.RemoveAsync(
            connection, mapped.Name, [.. records.Select(IdOf).Where(sfid => !misfits.Contains(sfid))], cancellationToken);
        await readErrors.SaveAsync(connection, mapped.Name, held, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("held.committed");
        return result.Inserted + result.Updated;
    }

    private static string IdOf(JsonElement record) => record.GetProperty("Id").GetString() ?? "";

    [LoggerMessage(LogLevel.Information, "Merged {Rows} rows of {ObjectName} that did not fit before")]
    private partial void LogMerged(string objectName, int rows);

    [LoggerMessage(LogLevel.Warning, "{Rows} rows of {ObjectName} have values that do not fit; tandem.read_error tells which")]
    private partial void LogHeld(string objectName, int rows);
}
