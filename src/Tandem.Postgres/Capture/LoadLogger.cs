using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of a table's log function and trigger while the table is loaded for the first time: row by row, for a trigger that is handed
/// all rows of a statement makes PostgreSQL keep the rows of our COPY too. The entries are those of <see cref="Logger"/>.
/// </summary>
internal static class LoadLogger
{
    public static string Function(TableDefinition table) => $"""
        create or replace function {PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name))}() returns trigger
        language plpgsql set datestyle = 'ISO' set extra_float_digits = 1 as $hc$
        -- VERSION 4
        declare
        {RowEntry.Variables}
        begin
          if tg_op = 'INSERT' then
        {LoggedRow.Indent(RowEntry.OfInsert(table), 4)}
          elsif tg_op = 'UPDATE' then
        {LoggedRow.Indent(RowEntry.OfUpdate(table), 4)}
          else
        {LoggedRow.Indent(RowEntry.OfDelete(table), 4)}
          end if;
          return null;
        end
        $hc$
        """;

    /// <summary>The setting instead of get_xmlbinary(): the function reads a whole system view for each row.</summary>
    public static string Trigger(TableDefinition table) => TriggerInstall.Statement(
        table.QualifiedName,
        ReservedNames.LogTrigger(table.Name),
        $"""
        after insert or update or delete on {table.QualifiedName} for each row
        when (current_setting('xmlbinary') = 'base64')
        execute function {PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name))}()
        """);
}
