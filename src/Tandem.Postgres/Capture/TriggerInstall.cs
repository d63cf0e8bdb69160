namespace Tandem.Postgres.Capture;

/// <summary>
/// The statement that makes a trigger unless it stands as asked already. Making one anew, even the same, waits for every transaction that
/// has written to its table, and meanwhile nobody else may write to it: a start beside an app's open transaction would hold up the app.
/// What a trigger was made from is kept as its comment, so that one of another version, of a load or of another program is replaced.
/// </summary>
internal static class TriggerInstall
{
    /// <param name="table">Its qualified name.</param>
    /// <param name="rest">The definition behind the name of the trigger.</param>
    public static string Statement(string table, string name, string rest)
    {
        var made = PgIdentifier.Literal($"tandem {PgIdentifier.Hash(rest)[..16]}");
        var quoted = PgIdentifier.Quote(name);
        return $"""
            do $hc_install$
            begin
              if not exists (
                select from pg_catalog.pg_trigger t
                where t.tgrelid = to_regclass({PgIdentifier.TextLiteral(table)}) and t.tgname = {PgIdentifier.Literal(name)}
                  and t.tgenabled <> 'D' and obj_description(t.oid, 'pg_trigger') = {made}) then
                create or replace trigger {quoted}
                {rest};
                comment on trigger {quoted} on {table} is {made};
              end if;
            end
            $hc_install$
            """;
    }
}
