namespace Tandem.Postgres.Capture;

/// <summary>
/// The text of the triggers of the change log, which call the push. Who sets a failed entry to NEW, or an archived one to REQUEUE, has it
/// sent at once. Our own sessions are told by their mark before any function is called: a statement of ours pays for one setting.
/// </summary>
internal static class LogTriggers
{
    private const string OfUsers = "when (current_setting('xmlbinary') = 'base64') ";

    public static string Install(string schema)
    {
        var log = PgIdentifier.Qualify(schema, ReservedNames.TriggerLog);
        var archive = PgIdentifier.Qualify(schema, ReservedNames.TriggerLogArchive);
        return string.Join(
            ";\n",
            Statement(schema, log, "tlog_insert_trigger", "insert", ""),
            Statement(schema, log, "tlog_rearm_trigger", "update of state", OfUsers),
            Statement(schema, archive, "tlog_requeue_trigger", "update of state", OfUsers));
    }

    private static string Statement(string schema, string table, string name, string events, string condition) => TriggerInstall.Statement(
        table,
        name,
        $"after {events} on {table} for each statement {condition}"
        + $"execute function {PgIdentifier.Qualify(schema, "tlog_notify_trigger")}()");
}
