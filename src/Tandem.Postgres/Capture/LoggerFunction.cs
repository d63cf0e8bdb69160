using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of a table's log function and its trigger: one row in the change log for each row that a user inserts, updates or deletes.
/// Only the definition's columns are written, so that columns which users add stay theirs. The settings of the function make the text
/// of dates and numbers the same whatever the user's session has set.
/// </summary>
internal static class LoggerFunction
{
    public static string Function(TableDefinition table)
    {
        var log = PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);
        var name = PgIdentifier.Literal(table.Name);
        var state = table.Capture is CaptureMode.ReadWrite ? "'NEW'" : "'READONLY'";
        var stateOfUpdate = table.Capture is CaptureMode.ReadWrite ? "case when changed = '' then 'IGNORE' else 'NEW' end" : state;
        var stateOfDelete = table.Capture is CaptureMode.ReadWrite ? "case when old.sfid is null then 'IGNORE' else 'NEW' end" : state;
        return $"""
            create or replace function {PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name))}() returns trigger
            language plpgsql set datestyle = 'ISO' set extra_float_digits = 1 as $hc$
            -- VERSION 4
            declare
              before public.hstore;
              changed text;
            begin
              if tg_op = 'INSERT' then
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, "values")
                values (txid_current(), clock_timestamp(), null, {state}, 'INSERT', {name}, new.id,
                  {Row(table, "new")}::text);
              elsif tg_op = 'UPDATE' then
                before := {Row(table, "old")};
                changed := (
                  {Row(table, "new")}
                  operator(public.-) before)::text;
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
                values (txid_current(), clock_timestamp(), null, {stateOfUpdate},
                  'UPDATE', {name}, new.id, old.sfid,
                  before::text, changed);
              else
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
                values (txid_current(), clock_timestamp(), null, {stateOfDelete},
                  'DELETE', {name}, old.id, old.sfid,
                  {Row(table, "old")}::text);
              end if;
              return null;
            end
            $hc$
            """;
    }

    /// <summary>The setting instead of get_xmlbinary(): the function reads a whole system view for each row.</summary>
    public static string Trigger(TableDefinition table) => $"""
        create or replace trigger {PgIdentifier.Quote(ReservedNames.LogTrigger(table.Name))}
        after insert or update or delete on {table.QualifiedName} for each row
        when (current_setting('xmlbinary') = 'base64')
        execute function {PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name))}()
        """;

    private static string Row(TableDefinition table, string row)
    {
        var columns = table.Columns.Where(column => column.Name is not ReservedNames.Sfid).Append(SyncedTable.SfidColumn);
        var names = columns.Select(column => PgIdentifier.Literal(column.Name)).Append("'id'");
        var values = columns.Select(column => Text(row, column)).Append($"{row}.id::text");
        return $"public.hstore(array[{string.Join(", ", names)}], array[{string.Join(", ", values)}])";
    }

    // The output form of a boolean is t or f, which hstore() of a whole row gives too; its cast to text is true or false.
    private static string Text(string row, ColumnDefinition column)
    {
        var value = $"{row}.{PgIdentifier.Quote(column.Name)}::text";
        return column.Type.Kind is ColumnKind.Boolean ? $"left({value}, 1)" : value;
    }
}
