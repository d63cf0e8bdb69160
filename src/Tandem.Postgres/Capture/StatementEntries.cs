using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>The statements by which the log function writes the entries of all rows of a statement, from the transition tables.</summary>
internal static class StatementEntries
{
    public const string NewRows = "hc_new";
    public const string OldRows = "hc_old";

    public static string OfInsert(TableDefinition table) => $"""
        insert into {RowEntry.Log(table)} (txid, created_at, updated_at, state, action, table_name, record_id, "values")
        select txid_current(), clock_timestamp(), null, {RowEntry.State(table)}, 'INSERT', {RowEntry.Name(table)}, n.id,
          {LoggedRow.Hstore(table, "n")}::text
        from {NewRows} n;
        """;

    public static string OfUpdate(TableDefinition table)
    {
        var columns = string.Join(", ", LoggedRow.Columns(table).Select(column => $"r.{PgIdentifier.Quote(column.Name)}"));
        return $"""
            -- The nth old row is the one before the nth new row, whatever became of its id. A full join, because PostgreSQL keeps the plan
            -- of the session's first statement, and a join in a loop, which a full one cannot be, would never end for many rows.
            insert into {RowEntry.Log(table)} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
            select txid_current(), clock_timestamp(), null, {RowEntry.StateOfUpdate(table, "p.changed")},
              'UPDATE', {RowEntry.Name(table)}, p.id, p.sfid, p.before, p.changed
            from (
              select n.id, o.sfid,
                {LoggedRow.Hstore(table, "o")}::text as before,
                {LoggedRow.Changes(table, "o", "n")}
                as changed
              from (select row_number() over () as hc_at, {columns} from {NewRows} r) n
              full join (select row_number() over () as hc_at, {columns} from {OldRows} r) o on o.hc_at = n.hc_at
              offset 0) p;
            """;
    }

    public static string OfDelete(TableDefinition table) => $"""
        insert into {RowEntry.Log(table)} (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
        select txid_current(), clock_timestamp(), null, {RowEntry.StateOfDelete(table, "o")},
          'DELETE', {RowEntry.Name(table)}, o.id, o.sfid,
          {LoggedRow.Hstore(table, "o")}::text
        from {OldRows} o;
        """;
}
