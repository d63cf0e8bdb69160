using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>
/// Compares a synced table with what Salesforce said of its records' ids and stamps, one stretch of the stamp column at a time. What
/// Salesforce said and what is suspect stand in temporary tables of the session, so that no number of rows costs memory here.
/// </summary>
/// <remarks>
/// The session's time zone is UTC meanwhile, so that timestamps with and without time zone compare alike. One session serves one
/// comparison at a time.
/// </remarks>
/// <param name="stampColumn">The column that tells when a record changed.</param>
public sealed class TableWindows(TableDefinition definition, string stampColumn)
{
    private const string Told = "pg_temp.tandem_verify_told";
    private const string Suspects = "pg_temp.tandem_verify_suspect";

    private readonly string _table = definition.QualifiedName;
    private readonly string _stamp = $"t.{PgIdentifier.Quote(definition.Column(stampColumn).Name)}";

    /// <summary>Makes the temporary tables, or empties them.</summary>
    public static async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            set timezone = 'UTC';
            create temporary table if not exists tandem_verify_told (sfid varchar(18) not null, stamp timestamp);
            create temporary table if not exists tandem_verify_suspect (sfid varchar(18) collate "C" primary key);
            truncate tandem_verify_told, tandem_verify_suspect
            """,
            connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives the session back as it was found.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "drop table if exists tandem_verify_told, tandem_verify_suspect; reset timezone", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Counts the rows that know their record, by the start of the windows that their stamps lie in.</summary>
    /// <param name="unit">month, day or hour.</param>
    /// <param name="ranges">From and before, UTC.</param>
    public async Task<Dictionary<DateTime, long>> CountAsync(
        NpgsqlConnection connection,
        string unit,
        IReadOnlyList<(DateTime From, DateTime To)> ranges,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select date_trunc($1, {_stamp}::timestamp), count(*)
            from unnest($2::timestamp[], $3::timestamp[]) as w(since, before)
            join {_table} t on {_stamp} >= w.since and {_stamp} < w.before
            where t.sfid is not null
            group by 1
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = unit });
        command.Parameters.Add(Moments(ranges.Select(range => range.From)));
        command.Parameters.Add(Moments(ranges.Select(range => range.To)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<DateTime, long>();
        while (await reader.ReadAsync(cancellationToken))
            counts.Add(DateTime.SpecifyKind(reader.GetDateTime(0), DateTimeKind.Utc), reader.GetInt64(1));
        return counts;
    }

    /// <summary>Notes what Salesforce said.</summary>
    public static async Task TellAsync(
        NpgsqlConnection connection, IReadOnlyList<string> sfids, IReadOnlyList<DateTime> stamps, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {Told} select * from unnest($1::text[], $2::timestamp[])", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        command.Parameters.Add(Moments(stamps));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Makes suspects of the told records whose rows are missing or bear another stamp, and of the rows of the stretch that were not
    /// told.
    /// </summary>
    public async Task SuspectByStampAsync(
        NpgsqlConnection connection, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using (var analyze = new NpgsqlCommand($"analyze {Told}", connection) { CommandTimeout = 0 })
            await analyze.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            insert into {Suspects}
            select s.sfid from {Told} s left join {_table} t on t.sfid = s.sfid
            where t.sfid is null or {_stamp}::timestamp is distinct from s.stamp
            union
            select t.sfid from {_table} t
            where t.sfid is not null and {_stamp} >= $1 and {_stamp} < $2
              and not exists (select from {Told} s where s.sfid = t.sfid)
            on conflict do nothing
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(Moment(from));
        command.Parameters.Add(Moment(to));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes suspects of the rows that know their record and have no stamp; no stretch holds them.</summary>
    public async Task SuspectUnstampedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {Suspects} select t.sfid from {_table} t where t.sfid is not null and {_stamp} is null on conflict do nothing",
            connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task SuspectAsync(
        NpgsqlConnection connection, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {Suspects} select unnest($1::text[]) on conflict do nothing", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The next suspects behind one of them, in their order.</summary>
    public static async Task<IReadOnlyList<string>> ReadSuspectsAsync(
        NpgsqlConnection connection, string after, int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select sfid from {Suspects} where sfid > $1 order by sfid limit $2", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sfids = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            sfids.Add(reader.GetString(0));
        return sfids;
    }

    private static NpgsqlParameter<DateTime> Moment(DateTime moment) =>
        new() { TypedValue = Unzoned(moment), DataTypeName = "timestamp" };

    private static NpgsqlParameter<DateTime[]> Moments(IEnumerable<DateTime> moments) =>
        new() { TypedValue = [.. moments.Select(Unzoned)], DataTypeName = "timestamp[]" };

    private static DateTime Unzoned(DateTime moment) => DateTime.SpecifyKind(moment, DateTimeKind.Unspecified);
}
