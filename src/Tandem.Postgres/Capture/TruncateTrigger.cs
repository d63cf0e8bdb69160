using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of the trigger that refuses a user's TRUNCATE of a synced table, which would empty it without an entry in the change log.
/// </summary>
internal static class TruncateTrigger
{
    public static string Trigger(TableDefinition table) => TriggerInstall.Statement(
        table.QualifiedName,
        ReservedNames.TruncateTrigger(table.Name),
        $"""
        before truncate on {table.QualifiedName} for each statement
        when (current_setting('xmlbinary') = 'base64')
        execute function {PgIdentifier.Quote(table.Schema)}.hc_refuse_truncate()
        """);
}
