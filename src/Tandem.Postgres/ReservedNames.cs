namespace Tandem.Postgres;

/// <summary>
/// The names that a synced database must keep, because applications written for Heroku Connect read them. Each stands here once.
/// </summary>
public static class ReservedNames
{
    public const string DefaultSchema = "salesforce";
    public const string Id = "id";
    public const string Sfid = "sfid";
    public const string SystemModstamp = "systemmodstamp";
    public const string LastOperation = "_hc_lastop";
    public const string Error = "_hc_err";
    public const string TriggerLog = "_trigger_log";
    public const string TriggerLogArchive = "_trigger_log_archive";
    public const string Meta = "_hcmeta";
    public const string SalesforceEventLog = "_sf_event_log";

    /// <summary>What follows the schema and a dot in the name of the channel that announces new log entries.</summary>
    public const string ChannelSuffix = "hc_trigger_log";

    /// <summary>The channel that announces new entries of a schema's change log.</summary>
    public static string LogChannel(string schema) => $"{schema}.{ChannelSuffix}";

    /// <summary>The setting that tells our sessions (hex) from everybody else's (base64).</summary>
    public const string SessionMark = "xmlbinary";
    public const string OwnSession = "hex";
    public const string UserSession = "base64";

    public static string LoggerFunction(string table) => PgIdentifier.Shorten($"hc_{table}_logger");

    public static string StatusFunction(string table) => PgIdentifier.Shorten($"hc_{table}_status");

    /// <summary>The contract's one trigger; while a table is loaded it is the only one.</summary>
    public static string LogTrigger(string table) => PgIdentifier.Shorten($"hc_{table}_logtrigger");

    /// <summary>Inserts keep the contract's name; a trigger with transition tables serves one kind of event only.</summary>
    public static string LogTrigger(string table, string word) =>
        word is "insert" ? LogTrigger(table) : PgIdentifier.Shorten($"hc_{table}_logtrigger_{word}");

    public static string LogStartTrigger(string table) => PgIdentifier.Shorten($"hc_{table}_logtrigger_start");

    public static string TruncateTrigger(string table) => PgIdentifier.Shorten($"hc_{table}_truncate_trigger");

    public static string StatusTrigger(string table) => PgIdentifier.Shorten($"hc_{table}_status_trigger");

    public static string PrimaryKey(string table) => PgIdentifier.Shorten($"{table}_pkey");

    public static string Index(string table, string column, bool isUnique) =>
        PgIdentifier.Shorten($"{(isUnique ? "hcu" : "hc")}_idx_{table}_{column}");
}
