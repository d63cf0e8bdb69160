using System.Globalization;
using Tandem.Postgres;
using Tandem.Postgres.Health;

namespace Tandem.Sync.Diagnose;

/// <summary>The rules about a mapped table as it stands in the database.</summary>
internal static class TableRules
{
    /// <summary>Below that, dead rows cost nothing worth a word.</summary>
    private const long ManyDeadRows = 10_000;

    private const double DeadShare = 0.3;

    private const string Loading = "The table is not loaded yet.";
    private const string NoTable = "The table is not there. Start the server again, which makes it, and reload the mapping.";

    public static IReadOnlyList<Rule<MappingSubject>> All { get; } =
    [
        new("SHOULD_HAVE_INDEXES", "Indexes", JudgeIndexesAsync),
        new("MUST_CAPTURE_CHANGES", "Change Capture", JudgeCaptureAsync),
        new("SHOULD_AUTOVACUUM", "Autovacuum", JudgeVacuumAsync),
    ];

    private static async Task<Judgement> JudgeIndexesAsync(MappingSubject subject, CancellationToken cancellationToken)
    {
        if (!subject.Live.IsLoaded)
            return Judgement.Skipped(Loading);
        if (await subject.TableAsync(cancellationToken) is not { } table)
            return Judgement.Red(NoTable);
        var missing = subject.Mapped.Table.Indexes.Where(index => !table.Indexes.Contains(index)).ToList();
        if (missing.Count == 0)
            return Judgement.Green("All indexes are there.");
        var names = Names.List([.. missing.Select(index => index.IsUnique ? $"{index.Column} (unique)" : index.Column)]);
        var refused = string.Join(' ', subject.Live.IndexProblems);
        var sentence = $"Indexes on {names} are missing or invalid. "
            + (refused.Length > 0 ? refused : "Each start of the server and each change of the mapping builds what is missing.");
        var isKey = missing.Exists(index => index.Column is ReservedNames.Sfid || index.Column == subject.Mapped.Table.UniqueColumn);
        return isKey
            ? Judgement.Red($"{sentence} Without a unique one a record can get two rows.")
            : Judgement.Yellow(sentence);
    }

    private static async Task<Judgement> JudgeCaptureAsync(MappingSubject subject, CancellationToken cancellationToken)
    {
        if (!subject.Live.IsLoaded)
            return Judgement.Skipped(Loading);
        if (await subject.TableAsync(cancellationToken) is not { } table)
            return Judgement.Red(NoTable);
        var silent = table.FindSilentTriggers(subject.TableName);
        if (silent.Count == 0)
            return Judgement.Green("The triggers that capture local changes are in force.");
        var missing = silent.Where(name => !table.DisabledTriggers.Contains(name)).ToList();
        var sentence = missing.Count == 0
            ? $"Somebody has disabled the triggers {Names.List(silent)}. Enable them with: alter table .. enable trigger .."
            : $"The triggers {Names.List(missing)} are missing. Start the server again, which makes them.";
        return subject.IsWritten
            ? Judgement.Red($"{sentence} Local changes made meanwhile do not reach Salesforce.")
            : Judgement.Yellow($"{sentence} Local changes made meanwhile are not logged.");
    }

    private static async Task<Judgement> JudgeVacuumAsync(MappingSubject subject, CancellationToken cancellationToken) => JudgeVacuum(
        await subject.Facts.DatabaseAsync(cancellationToken), await subject.TableAsync(cancellationToken));

    internal static Judgement JudgeVacuum(DatabaseHealth server, TableHealth? table)
    {
        if (!server.IsAutovacuumOn)
            return Judgement.Yellow("Autovacuum is off for the whole server. Turn it on, or every table grows and slows down.");
        if (table is null)
            return Judgement.Skipped("The table is not there.");
        if (!table.IsAutovacuumOn)
        {
            return Judgement.Yellow(
                "Autovacuum is off for the table, which grows and slows down. Turn it on with: alter table .. reset (autovacuum_enabled).");
        }

        return table.DeadRows >= ManyDeadRows && table.DeadRows > table.LiveRows * DeadShare
            ? Judgement.Yellow(string.Create(
                CultureInfo.InvariantCulture,
                $"{table.DeadRows} dead rows wait to be vacuumed beside {table.LiveRows} live ones. Look for a transaction or a "
                + $"replication slot that keeps them, or vacuum the table."))
            : Judgement.Green("The table is vacuumed by itself.");
    }
}
