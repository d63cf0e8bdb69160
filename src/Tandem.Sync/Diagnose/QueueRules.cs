using System.Globalization;
using Tandem.Postgres.Health;

namespace Tandem.Sync.Diagnose;

/// <summary>The rules about local changes: those that wait, those that failed, and the log of them.</summary>
internal static class QueueRules
{
    private const long LargeLog = 1L << 30;
    private const long HugeLog = 10L << 30;

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan VeryLate = TimeSpan.FromHours(1);

    public static IReadOnlyList<Rule<ConnectionSubject>> All { get; } =
    [
        new("SHOULD_SEND_CHANGES", "Change Queue", JudgeQueueAsync),
        new("SHOULD_HAVE_NO_FAILED_CHANGES", "Write Errors", JudgeFailedAsync),
        new("SHOULD_KEEP_LOG_SMALL", "Change Log Size", JudgeSizeAsync),
    ];

    private static async Task<Judgement> JudgeQueueAsync(ConnectionSubject subject, CancellationToken cancellationToken)
    {
        var waits = (await subject.Facts.LogAsync(cancellationToken)).OldestWaits;
        var queues = (await subject.Facts.QueuesAsync(cancellationToken)).Where(table => table.Value.Queued > 0).ToList();
        if (queues.Count == 0)
            return Judgement.Green("No local change waits to be sent.");
        var stand = string.Create(
            CultureInfo.InvariantCulture,
            $"{queues.Sum(table => table.Value.Queued)} changes of {Names.List([.. queues.Select(table => table.Key)])} wait, the oldest "
            + $"for {Math.Max(0, waits.TotalMinutes):0} minutes");
        var sentence = $"{stand}. See in the state of these mappings what holds them, and recover it.";
        return waits >= VeryLate ? Judgement.Red(sentence)
            : waits >= Late ? Judgement.Yellow(sentence)
            : Judgement.Green($"{stand}.");
    }

    private static async Task<Judgement> JudgeFailedAsync(ConnectionSubject subject, CancellationToken cancellationToken)
    {
        var failed = (await subject.Facts.QueuesAsync(cancellationToken)).Where(table => table.Value.Failed > 0).ToList();
        return failed.Count == 0
            ? Judgement.Green("Salesforce has taken all local changes of the live log.")
            : Judgement.Yellow(string.Create(
                CultureInfo.InvariantCulture,
                $"Salesforce has refused {failed.Sum(table => table.Value.Failed)} changes of "
                + $"{Names.List([.. failed.Select(table => table.Key)])}. Their rows say why in _hc_err; mend them and send them again."));
    }

    private static async Task<Judgement> JudgeSizeAsync(ConnectionSubject subject, CancellationToken cancellationToken) =>
        JudgeSize(await subject.Facts.LogAsync(cancellationToken));

    internal static Judgement JudgeSize(LogHealth log)
    {
        var stand = string.Create(
            CultureInfo.InvariantCulture,
            $"The change log takes {Megabytes(log.LogBytes)} MB and its archive {Megabytes(log.ArchiveBytes)} MB");
        if (log.LogBytes >= LargeLog)
        {
            return Judgement.Yellow(
                $"{stand}. See whether changes wait, or whether something keeps the log from being vacuumed, such as a transaction that "
                + "stays open.");
        }

        return log.ArchiveBytes >= HugeLog
            ? Judgement.Yellow($"{stand}. Keep the archive for fewer days.")
            : Judgement.Green($"{stand}.");
    }

    private static long Megabytes(long bytes) => bytes >> 20;
}
