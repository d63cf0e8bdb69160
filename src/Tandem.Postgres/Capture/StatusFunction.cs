using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of a table's status function and its trigger, which keep <c>_hc_lastop</c> and <c>_hc_err</c>: PENDING after a user's
/// change, what the statement says or SYNCED after one of ours.
/// </summary>
internal static class StatusFunction
{
    public static string Function(TableDefinition table) => $"""
        create or replace function {PgIdentifier.Qualify(table.Schema, ReservedNames.StatusFunction(table.Name))}() returns trigger
        language plpgsql as $hc$
        -- VERSION 4
        begin
          if current_setting('xmlbinary') = 'base64' then
            new._hc_lastop := 'PENDING';
            new._hc_err := null;
          elsif tg_op = 'UPDATE' and new._hc_lastop is not null and new._hc_lastop is distinct from old._hc_lastop then
            return new;
          else
            new._hc_lastop := 'SYNCED';
            new._hc_err := null;
          end if;
          return new;
        end
        $hc$
        """;

    /// <summary>
    /// The condition leaves out exactly the rows that the function would return as they are, which makes COPY and merges cheap, and the
    /// app's inserts too, for the column's default is PENDING.
    /// </summary>
    public static string Trigger(TableDefinition table) => Trigger(table, "insert or update");

    /// <summary>
    /// As long as a table is loaded for the first time, its inserts get their status from the column's default instead: with a trigger
    /// before each inserted row, whatever its condition, PostgreSQL takes the rows of a COPY one by one.
    /// </summary>
    public static string TriggerDuringLoad(TableDefinition table) => Trigger(table, "update");

    private static string Trigger(TableDefinition table, string events) => TriggerInstall.Statement(
        table.QualifiedName,
        ReservedNames.StatusTrigger(table.Name),
        $"""
        before {events} on {table.QualifiedName} for each row
        when (new._hc_err is not null
          or new._hc_lastop is distinct from case current_setting('xmlbinary') when 'base64' then 'PENDING' else 'SYNCED' end)
        execute function {PgIdentifier.Qualify(table.Schema, ReservedNames.StatusFunction(table.Name))}()
        """);
}
