using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of a table's log function and its triggers: one entry in the change log for each row that a user inserts, updates or
/// deletes, all entries of a statement written by one statement. The settings of the function make the text of dates and numbers the
/// same whatever the user's session has set.
/// </summary>
/// <remarks>
/// The triggers are those of rows, because they fire in the order of their names among the user's own: what a user's trigger does in
/// answer to a change is then logged behind that change. The first event of a statement logs all its rows, from the transition tables.
/// The others need not be queued: a mark per table and kind of event, which lives in the transaction, is closed as the first is queued
/// and open again when that has fired. A statement within a statement (a user's trigger, a function) opens the marks as it begins, so
/// that a mark may be open too often and never closed too long; what is queued too often recognises that its row is not the statement's
/// first and does nothing.
/// </remarks>
internal static class Logger
{
    private const string NewRows = "hc_new";
    private const string OldRows = "hc_old";

    private static readonly string[] Events = ["insert", "update", "delete"];

    public static string Function(TableDefinition table)
    {
        var log = PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);
        var name = PgIdentifier.Literal(table.Name);
        var isSent = table.Capture is CaptureMode.ReadWrite;
        var state = isSent ? "'NEW'" : "'READONLY'";
        var stateOfUpdate = isSent ? "case when p.changed = '' then 'IGNORE' else 'NEW' end" : state;
        var stateOfDelete = isSent ? "case when o.sfid is null then 'IGNORE' else 'NEW' end" : state;
        var columns = string.Join(", ", LoggedRow.Columns(table).Select(column => $"r.{PgIdentifier.Quote(column.Name)}"));
        return $"""
            create or replace function {PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name))}() returns trigger
            language plpgsql set datestyle = 'ISO' set extra_float_digits = 1 as $hc$
            -- VERSION 4
            begin
              if tg_op = 'INSERT' then
                if new.id is distinct from (select r.id from {NewRows} r limit 1) then
                  return null;
                end if;
                perform set_config('{Mark(table, "insert")}', '', true);
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, "values")
                select txid_current(), clock_timestamp(), null, {state}, 'INSERT', {name}, n.id,
                  {LoggedRow.Hstore(table, "n")}::text
                from {NewRows} n;
              elsif tg_op = 'UPDATE' then
                if new.id is distinct from (select r.id from {NewRows} r limit 1) then
                  return null;
                end if;
                perform set_config('{Mark(table, "update")}', '', true);
                -- The nth old row is the one before the nth new row, whatever became of its id. A full join, because PostgreSQL keeps the
                -- plan of the session's first statement, and none of the plans of this join is bad for many rows.
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
                select txid_current(), clock_timestamp(), null, {stateOfUpdate},
                  'UPDATE', {name}, p.id, p.sfid, p.before, p.changed
                from (
                  select n.id, o.sfid,
                    {LoggedRow.Hstore(table, "o")}::text as before,
                    {LoggedRow.Changes(table, "o", "n")} as changed
                  from (select row_number() over () as hc_at, {columns} from {NewRows} r) n
                  full join (select row_number() over () as hc_at, {columns} from {OldRows} r) o on o.hc_at = n.hc_at
                  offset 0) p;
              else
                if old.id is distinct from (select r.id from {OldRows} r limit 1) then
                  return null;
                end if;
                perform set_config('{Mark(table, "delete")}', '', true);
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
                select txid_current(), clock_timestamp(), null, {stateOfDelete},
                  'DELETE', {name}, o.id, o.sfid,
                  {LoggedRow.Hstore(table, "o")}::text
                from {OldRows} o;
              end if;
              return null;
            end
            $hc$
            """;
    }

    /// <summary>The setting instead of get_xmlbinary(): the function reads a whole system view for each row.</summary>
    public static string Triggers(TableDefinition table)
    {
        var function = PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name));
        var statements = new List<string>
        {
            $"""
            create or replace trigger {PgIdentifier.Quote(ReservedNames.LogStartTrigger(table.Name))}
            before insert or update or delete on {table.QualifiedName} for each statement
            when ({string.Join("\n  or ", Events.Select(word => $"current_setting('{Mark(table, word)}', true) = 'closed'"))})
            execute function {PgIdentifier.Quote(table.Schema)}.hc_open_marks(
              {string.Join(",\n  ", Events.Select(word => $"'{Mark(table, word)}'"))})
            """,
        };
        statements.AddRange(Events.Select(word => $"""
            create or replace trigger {PgIdentifier.Quote(ReservedNames.LogTrigger(table.Name, word))}
            after {word} on {table.QualifiedName} referencing {TransitionTables(word)} for each row
            when (case
              when current_setting('xmlbinary') <> 'base64' then false
              when current_setting('{Mark(table, word)}', true) = 'closed' then false
              else set_config('{Mark(table, word)}', 'closed', true) = 'closed' end)
            execute function {function}()
            """));
        return string.Join(";\n", statements);
    }

    private static string TransitionTables(string word) => word switch
    {
        "insert" => $"new table as {NewRows}",
        "update" => $"old table as {OldRows} new table as {NewRows}",
        _ => $"old table as {OldRows}",
    };

    private static string Mark(TableDefinition table, string word) => $"tandem.hc_{word}_{PgIdentifier.Hash(table.QualifiedName)[..16]}";
}
