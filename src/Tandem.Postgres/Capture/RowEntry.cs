using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The plpgsql by which a log function writes the entry of the one row that its trigger was called for. An hstore of the whole record is
/// made and cut, because each further expression would be set up anew in every transaction, which costs a single row more than its text.
/// </summary>
internal static class RowEntry
{
    /// <summary>The variables that <see cref="OfUpdate"/> needs.</summary>
    public static string Variables => """
          before public.hstore;
          changed text;
        """;

    public static string OfInsert(TableDefinition table) => $"""
        insert into {Log(table)} (txid, created_at, updated_at, state, action, table_name, record_id, "values")
        values (txid_current(), clock_timestamp(), null, {State(table)}, 'INSERT', {Name(table)}, new.id,
          {LoggedRow.Record(table, "public.hstore(new)")}::text);
        """;

    public static string OfUpdate(TableDefinition table) => $"""
        before := {LoggedRow.Record(table, "public.hstore(old)")};
        changed := {LoggedRow.Record(table, "public.hstore(new) operator(public.-) before")}::text;
        insert into {Log(table)} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
        values (txid_current(), clock_timestamp(), null, {StateOfUpdate(table, "changed")},
          'UPDATE', {Name(table)}, new.id, old.sfid, before::text, changed);
        """;

    public static string OfDelete(TableDefinition table) => $"""
        insert into {Log(table)} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
        values (txid_current(), clock_timestamp(), null, {StateOfDelete(table, "old")},
          'DELETE', {Name(table)}, old.id, old.sfid,
          {LoggedRow.Record(table, "public.hstore(old)")}::text);
        """;

    public static string Log(TableDefinition table) => PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);

    public static string Name(TableDefinition table) => PgIdentifier.Literal(table.Name);

    public static string State(TableDefinition table) => IsSent(table) ? "'NEW'" : "'READONLY'";

    public static string StateOfUpdate(TableDefinition table, string changed) =>
        IsSent(table) ? $"case when {changed} = '' then 'IGNORE' else 'NEW' end" : State(table);

    public static string StateOfDelete(TableDefinition table, string row) =>
        IsSent(table) ? $"case when {row}.sfid is null then 'IGNORE' else 'NEW' end" : State(table);

    private static bool IsSent(TableDefinition table) => table.Capture is CaptureMode.ReadWrite;
}
