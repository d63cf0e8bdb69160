namespace Tandem.Server.EmbeddedPostgres;

/// <summary>
/// What a program asks of its embedded Postgres: where the cluster lives, what its database is called and how the server is set.
/// </summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// The folder that holds the cluster, its password and its log. It is made when missing and belongs to the server alone.
    /// </summary>
    public required string DataFolder { get; init; }

    public string DatabaseName { get; init; } = "tandem";

    /// <summary>False trades safety after a power cut for speed (no fsync); for tests and throw-away data only.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>
    /// Server settings by name, as postgresql.conf knows them. They apply when the server starts, not when it is adopted.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The folder of initdb, pg_ctl and postgres; null searches the usual places.</summary>
    public string? BinariesFolder { get; init; }

    /// <summary>How long a start, with the recovery after a crash, or a stop may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The folder of a program that names none: under /var/lib for root, because the server's user cannot reach root's home,
    /// and under the user's own data folder for everybody else.
    /// </summary>
    public static string DefaultDataFolder => Environment.IsPrivilegedProcess
        ? "/var/lib/tandem/postgres"
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "tandem",
            "postgres");
}
