using Npgsql;
using Tandem.Postgres.Capture;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// The first load of a table that we make: the form in which it is filled at the speed of a bare COPY, and the way from there to the
/// form that users know. Every step may run again after a crash between any two statements.
/// </summary>
/// <remarks>
/// While it is filled the table has no primary key and no other index, and no trigger before an insert. Users may read and write it all
/// the same, and nothing of theirs is missed: the log trigger stands, updates get their status from the status trigger, and inserts get
/// PENDING as the default of <c>_hc_lastop</c> (our COPY names the column). That default and no key are the mark that the table is in
/// this form. The end is one transaction that puts everything as it always is, so that readers see the one form or the other.
/// </remarks>
public sealed class FirstLoad(TableDefinition definition)
{
    private readonly string _table = definition.QualifiedName;

    /// <summary>Creates the table in the form to be loaded; an existing one is completed as <see cref="SyncedTable"/> does.</summary>
    public async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var table = new SyncedTable(definition);
        if (!await table.ExistsAsync(connection, cancellationToken))
            await ExecuteAsync(connection, table.CreateStatement(isForLoad: true), cancellationToken);
        else
            await table.CreateAsync(connection, cancellationToken);
    }

    /// <summary>True from the creation until <see cref="FinishAsync"/> is through.</summary>
    public async Task<bool> IsUnderWayAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Load/read_load_form.sql"), connection)
        {
            Parameters = { new() { Value = definition.Schema }, new() { Value = definition.Name } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>
    /// Builds the indexes, brings the app's rows together with the records that they turned out to be, gives a table in the form of a
    /// load its lasting one, and analyses it. Waits a few seconds for readers and writers at most: then the lock fails and the call may
    /// be repeated, instead of a queue forming behind it.
    /// </summary>
    /// <param name="step">Is told what has just become durable.</param>
    public async Task FinishAsync(NpgsqlConnection connection, Action<string> step, CancellationToken cancellationToken)
    {
        var isUnderWay = await IsUnderWayAsync(connection, cancellationToken);
        await new IndexBuild(definition, hasKeyToo: isUnderWay).RunAsync(connection, step, cancellationToken);
        if (isUnderWay)
        {
            await SealAsync(connection, cancellationToken);
            step("load.table.sealed");
        }

        await new SyncedTable(definition).AnalyzeAsync(connection, cancellationToken);
    }

    internal string SealStatement() => $"""
        set local lock_timeout = '3s';
        lock table {_table} in access exclusive mode;
        {StatusFunction.Trigger(definition)};
        {Logger.Function(definition)};
        {Logger.Triggers(definition)};
        {MarkPendingStatement()};
        alter table {_table} add constraint {Key} primary key using index {Key}
        """;

    /// <summary>An app that names every column writes NULL where the default would have said PENDING.</summary>
    internal string MarkPendingStatement() => $"""
        update {_table} set _hc_lastop = 'PENDING'
        where _hc_lastop is distinct from 'PENDING' and id in (
          select l.record_id from {PgIdentifier.Qualify(definition.Schema, ReservedNames.TriggerLog)} l
          where l.table_name = {PgIdentifier.Literal(definition.Name)} and l.state in ('NEW', 'PENDING') and l.action <> 'DELETE')
        """;

    private string Key => PgIdentifier.Quote(ReservedNames.PrimaryKey(definition.Name));

    private async Task SealAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var isOff = await CaptureSwitch.IsOffAsync(connection, definition, cancellationToken);
        await ExecuteAsync(connection, SealStatement(), cancellationToken);
        if (isOff)
            await ExecuteAsync(connection, CaptureSwitch.TurnOff(definition), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
