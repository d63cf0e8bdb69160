using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of a table's log function and its triggers: one entry in the change log for each row that a user inserts, updates or
/// deletes, all entries of a statement written by one statement.
/// </summary>
/// <remarks>
/// The triggers are those of rows, because they fire in the order of their names among the user's own: what a user's trigger does in
/// answer to a change is then logged behind that change. The first event of a statement logs all its rows, from the transition tables, or
/// the row itself where it is the only one. The others need not be queued: a mark per table and kind of event, which lives in the
/// transaction, tells which statement's event is queued already. For inserts and updates it is the command's number, which each new row
/// carries. A deleted row does not carry it reliably, so the mark of deletes is closed as the first event is queued, opened as that fires
/// and by each DELETE that begins. A statement within a statement (a user's trigger, a function) takes the mark over, so that an event may
/// be queued too often and never too seldom; one that is queued too often sees that its row is not the statement's first and does nothing.
/// </remarks>
internal static class Logger
{
    internal static readonly string[] Events = ["insert", "update", "delete"];

    // What decides the text of values, and what PostgreSQL does with a large statement whose rows it guesses wrongly: it would compile
    // the expressions with all optimisation, and sort on disk what is in order.
    private static readonly (string Name, string Value)[] Settings =
        [("datestyle", "ISO"), ("extra_float_digits", "1"), ("jit", "off"), ("enable_mergejoin", "off")];

    /// <summary>
    /// The settings are set and put back by hand, and for one row only where the session has others, since a SET of the function would
    /// cost each row. After an error the transaction puts them back.
    /// </summary>
    public static string Function(TableDefinition table) => $"""
        create or replace function {PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name))}() returns trigger
        language plpgsql as $hc$
        -- VERSION 4
        declare
        {RowEntry.Variables}
          settings text[];
          is_one boolean;
        begin
          -- Who disables the trigger of inserts, which has the contract's name, disables all.
          if tg_op <> 'INSERT' then
            perform from pg_catalog.pg_trigger t
            where t.tgrelid = tg_relid and t.tgname = {PgIdentifier.Literal(ReservedNames.LogTrigger(table.Name))} and t.tgenabled <> 'D';
            if not found then
              return null;
            end if;
          end if;
          if tg_op = 'DELETE' then
            perform from {StatementEntries.OldRows} offset 1 limit 1;
            is_one := not found;
            if not is_one and old.id is distinct from (select r.id from {StatementEntries.OldRows} r limit 1) then
              return null;
            end if;
            perform set_config('{Mark(table, "delete")}', '', true);
          else
            perform from {StatementEntries.NewRows} offset 1 limit 1;
            is_one := not found;
            -- The whole row, because two foreign keys may change one row twice.
            if not is_one and (select new *<> r from {StatementEntries.NewRows} r limit 1) then
              return null;
            end if;
          end if;
          if not is_one or current_setting('datestyle') not like 'ISO%' or current_setting('extra_float_digits')::integer < 1 then
            settings := array[{string.Join(",\n      ", Settings.Select(setting => $"current_setting('{setting.Name}')"))}];
            perform {string.Join(",\n      ", Settings.Select(setting => SetConfig(setting.Name, $"'{setting.Value}'")))};
          end if;
          if tg_op = 'INSERT' and is_one then
        {LoggedRow.Indent(RowEntry.OfInsert(table), 4)}
          elsif tg_op = 'INSERT' then
        {LoggedRow.Indent(StatementEntries.OfInsert(table), 4)}
          elsif tg_op = 'UPDATE' and is_one then
        {LoggedRow.Indent(RowEntry.OfUpdate(table), 4)}
          elsif tg_op = 'UPDATE' then
        {LoggedRow.Indent(StatementEntries.OfUpdate(table), 4)}
          elsif is_one then
        {LoggedRow.Indent(RowEntry.OfDelete(table), 4)}
          else
        {LoggedRow.Indent(StatementEntries.OfDelete(table), 4)}
          end if;
          if settings is not null then
            perform {string.Join(",\n      ", Settings.Select((setting, at) => SetConfig(setting.Name, $"settings[{at + 1}]")))};
          end if;
          return null;
        end
        $hc$
        """;

    /// <summary>
    /// PostgreSQL reads a trigger's condition anew for each statement, which one row feels: hence the short ones. Of the parts of such a
    /// condition it takes the next only where the one before was true. The setting instead of get_xmlbinary(), which reads a whole
    /// system view.
    /// </summary>
    public static string Triggers(TableDefinition table)
    {
        var function = PgIdentifier.Qualify(table.Schema, ReservedNames.LoggerFunction(table.Name));
        var statements = new List<string>
        {
            TriggerInstall.Statement(
                table.QualifiedName,
                ReservedNames.LogStartTrigger(table.Name),
                $"""
                before delete on {table.QualifiedName} for each statement
                when (current_setting('{Mark(table, "delete")}', true) = 'closed')
                execute function {PgIdentifier.Quote(table.Schema)}.hc_open_marks('{Mark(table, "delete")}')
                """),
        };
        statements.AddRange(Events.Select(word => TriggerInstall.Statement(
            table.QualifiedName,
            ReservedNames.LogTrigger(table.Name, word),
            $"""
            after {word} on {table.QualifiedName} referencing {TransitionTables(word)} for each row
            when (current_setting('xmlbinary') = 'base64'
              and current_setting('{Mark(table, word)}', true) is distinct from {Statement(word)}
              and {SetConfig(Mark(table, word), Statement(word))} <> '')
            execute function {function}()
            """)));
        return string.Join(";\n", statements);
    }

    private static string TransitionTables(string word) => word switch
    {
        "insert" => $"new table as {StatementEntries.NewRows}",
        "update" => $"old table as {StatementEntries.OldRows} new table as {StatementEntries.NewRows}",
        _ => $"old table as {StatementEntries.OldRows}",
    };

    private static string Statement(string word) => word is "delete" ? "'closed'" : "new.cmin::text";

    private static string SetConfig(string name, string value) => $"set_config('{name}', {value}, true)";

    private static string Mark(TableDefinition table, string word) => $"tandem.hc_{word}_{PgIdentifier.Hash(table.QualifiedName)[..16]}";
}
