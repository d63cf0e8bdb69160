using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.Adopt;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;
using Tandem.Sync.States;

namespace Tandem.Sync.Adopt;

/// <summary>
/// Carries a plan out: all tables, the log, the functions, the progress and the catalogue in one transaction, so that a schema is Heroku
/// Connect's or ours and never something between. It waits for locks a second at a time and lets others pass in between. No row is
/// written. The caller holds the lock of the shift.
/// </summary>
public sealed partial class Adopter(
    SalesforceClient salesforce, NpgsqlDataSource dataSource, AdoptionOptions options, TimeProvider timeProvider, ILogger<Adopter> logger)
{
    /// <exception cref="ConfigurationException">The plan has problems, or others hold locks; nothing was changed.</exception>
    public async Task ApplyAsync(AdoptionPlan plan, Connection connection, CancellationToken cancellationToken)
    {
        if (plan.Problems.Count > 0)
            throw new ConfigurationException(plan.Problems);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
                await ApplyOnceAsync(plan, connection, session, cancellationToken);
                return;
            }
            catch (PostgresException exception)
                when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                if (attempt >= options.LockAttempts)
                {
                    throw new ConfigurationException(
                        $"Nothing was changed: others hold locks on tables of the schema {plan.Schema} ({exception.MessageText}), also "
                        + $"after {attempt} tries. Run it again in a quiet moment; pg_stat_activity shows who is idle in transaction.",
                        exception);
                }

                LogLocked(plan.Schema, attempt);
                await Task.Delay(options.LockPause, timeProvider, cancellationToken);
            }
        }
    }

    private async Task ApplyOnceAsync(
        AdoptionPlan plan, Connection connection, NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var progress = new ProgressTable(plan.Schema);
        var shaper = new TableShaper(
            new ObjectContexts(salesforce, plan.Schema, connection.Types),
            new RefreshTable(plan.Schema),
            progress,
            new SchemaChangeTable(plan.Schema));
        await using var transaction = await session.BeginTransactionAsync(cancellationToken);
        await using (var patience = new NpgsqlCommand(SqlFile.Read("Adopt/set_adoption_patience.sql"), session))
            await patience.ExecuteNonQueryAsync(cancellationToken);
        var former = await SchemaSurvey.WriteFormerAsync(
            session,
            plan.Schema,
            [.. plan.Tables.Where(table => table is { Plan: not null, Action: not AdoptionAction.Done }).Select(table => table.Table)],
            plan.Tables.All(table => table.Action != AdoptionAction.Done),
            cancellationToken);
        await LogTakeover.PrepareAsync(session, plan.Found, cancellationToken);
        await new ServiceSchema(plan.Schema).InstallWithinAsync(session, cancellationToken);
        await LogTakeover.RaiseSequenceAsync(session, plan.Found, cancellationToken);
        Failpoints.Reach("adopt.log");
        foreach (var table in plan.Tables)
        {
            if (table.Plan is not { } shape || table.Action == AdoptionAction.Done)
                continue;
            await AdoptAsync(table, shape, progress, shaper, session, transaction, cancellationToken);
            Failpoints.Reach("adopt.table");
        }

        var claimed = await SchemaSurvey.ReadPendingAsync(session, plan.Schema, cancellationToken);
        await new AdoptionTable(plan.Schema).NoteAsync(session, claimed, former, cancellationToken);
        await CatalogDatabase.SaveWithinAsync(
            session, connection with { OrganizationId = plan.OrganizationId }, plan.Mappings, cancellationToken);
        Failpoints.Reach("adopt.written");
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("adopt.committed");
        LogAdopted(plan.Schema, plan.Tables.Count(table => table.Action == AdoptionAction.Adopt));
    }

    private static async Task AdoptAsync(
        TableAdoption table,
        TablePlan plan,
        ProgressTable progressTable,
        TableShaper shaper,
        NpgsqlConnection session,
        NpgsqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        var takeover = new TableTakeover(plan.Mapped.Table);
        await takeover.DropTriggersAsync(session, table.OldTriggers, cancellationToken);
        if (table.Cursor is { } cursor)
        {
            // As after a load that merged: deletes before the cursor are found by a comparison of all ids, which the first round makes.
            var progress = await progressTable.ReadAsync(session, plan.Mapped.Name, cancellationToken);
            await progressTable.SaveAsync(
                session,
                progress with
                {
                    State = MappingState.DataSynced,
                    IsMerge = true,
                    ArePagesDone = true,
                    RowsLoaded = table.Contents?.Records ?? 0,
                    CursorStamp = cursor,
                    DeletesCoveredTo = cursor,
                    Description = null,
                },
                cancellationToken);
        }

        var mapped = await shaper.ApplyWithinAsync(plan, session, transaction, isAtRest: true, cancellationToken);
        await new SyncedTable(mapped.Table).CreateIndexesAsync(session, cancellationToken);
        if (table.LateSequence is { } sequence)
            await takeover.RaiseSequenceAsync(session, sequence, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Others hold a lock in the schema {Schema}; try {Attempt} changed nothing and is repeated")]
    private partial void LogLocked(string schema, int attempt);

    [LoggerMessage(LogLevel.Information, "Took over {Tables} tables of the schema {Schema}")]
    private partial void LogAdopted(string schema, int tables);
}
