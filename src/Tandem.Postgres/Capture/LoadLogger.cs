using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of a table's log function and trigger while the table is loaded for the first time: row by row, for a trigger that is handed
/// all rows of a statement makes PostgreSQL keep the rows of our COPY too. The entries are those of <see cref="Logger"/>.
/// </summary>
internal static class LoadLogger
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
                  {LoggedRow.Hstore(table, "new")}::text);
              elsif tg_op = 'UPDATE' then
                before := {LoggedRow.Hstore(table, "old")};
                changed := (
                  {LoggedRow.Hstore(table, "new")}
                  operator(public.-) before)::text;
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
                values (txid_current(), clock_timestamp(), null, {stateOfUpdate},
                  'UPDATE', {name}, new.id, old.sfid,
                  before::text, changed);
              else
                insert into {log} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
                values (txid_current(), clock_timestamp(), null, {stateOfDelete},
                  'DELETE', {name}, old.id, old.sfid,
                  {LoggedRow.Hstore(table, "old")}::text);
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
}
