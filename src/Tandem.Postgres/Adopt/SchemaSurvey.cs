using Npgsql;

namespace Tandem.Postgres.Adopt;

/// <summary>Reads a schema that somebody else made, to be taken over. Changes nothing.</summary>
public static class SchemaSurvey
{
    private static readonly string[] Tables = [ReservedNames.TriggerLog, ReservedNames.TriggerLogArchive];

    /// <returns>Null when the schema holds no change log: then nobody synced it.</returns>
    public static async Task<FoundSchema?> ReadAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var tables = await ReadTablesAsync(connection, schema, cancellationToken);
        if (!tables.Exists(table => table is { Name: ReservedNames.TriggerLog, IsTable: true }))
            return null;
        var log = tables.First(table => table.Name == ReservedNames.TriggerLog);
        var has = tables.Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        var session = await ReadAsync(
            connection, "read_session", [], reader => (Role: reader.GetString(0), Hstore: reader.GetTextOrNull(1)), cancellationToken);
        return new FoundSchema
        {
            Name = schema,
            Role = session[0].Role,
            HstoreSchema = session[0].Hstore,
            Tables = tables,
            Functions = await ReadAsync(
                connection,
                "read_functions",
                [schema],
                reader => new FoundFunction(
                    reader.GetString(0), reader.GetString(1), reader.GetTextOrNull(2) ?? "", reader.GetBoolean(3), reader.GetString(4)),
                cancellationToken),
            States = HasColumns(log, "table_name", "state")
                ? (await ReadInAsync(
                    connection,
                    "count_states",
                    schema,
                    [],
                    reader => (Key: (reader.GetString(0), reader.GetString(1)), Count: reader.GetInt64(2)),
                    cancellationToken)).ToDictionary(pair => pair.Key, pair => pair.Count)
                : new Dictionary<(string, string), long>(),
            Organizations = tables.Exists(table => table.Name == ReservedNames.Meta && HasColumns(table, "org_id"))
                ? await ReadInAsync(connection, "read_organizations", schema, [], reader => reader.GetString(0), cancellationToken)
                : [],
            LifeSigns = HasColumns(log, "processed_at", "updated_at", "state")
                ? await ReadInAsync(
                    connection, "read_life", schema, [ReservedNames.LogChannel(schema)], ReadSign, cancellationToken)
                : [],
            LastLogId = Tables.All(has.Contains)
                ? (await ReadInAsync(connection, "read_last_id", schema, [], reader => reader.GetInt64(0), cancellationToken))[0]
                : 0,
            LogSequence = log.FindColumn(ReservedNames.Id)?.Sequence is { } sequence
                ? await ReadSequenceAsync(connection, schema, sequence, cancellationToken)
                : null,
        };
    }

    /// <summary>The last number that a sequence gave; 0 when it gave none.</summary>
    public static async Task<long> ReadSequenceAsync(
        NpgsqlConnection connection, string schema, string sequence, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, "read_sequence", [schema, sequence], reader => reader.GetInt64(0), cancellationToken))
        .FirstOrDefault();

    /// <summary>The entries that a program has claimed and not settled.</summary>
    public static async Task<IReadOnlyList<int>> ReadPendingAsync(
        NpgsqlConnection connection, string schema, CancellationToken cancellationToken) =>
        await ReadInAsync(connection, "read_pending_ids", schema, [], reader => reader.GetInt32(0), cancellationToken);

    /// <summary>
    /// The script that gives the tables back what stands on them now, their functions and triggers; run once ours stand there.
    /// </summary>
    /// <param name="includesLog">The functions and triggers of the log too.</param>
    public static async Task<string> WriteFormerAsync(
        NpgsqlConnection connection,
        string schema,
        IReadOnlyList<string> tables,
        bool includesLog,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Adopt/read_former.sql"), connection);
        command.Parameters.AddValues(schema, tables.ToArray(), includesLog);
        return await command.ExecuteScalarAsync(cancellationToken) as string ?? "";
    }

    private static bool HasColumns(FoundTable table, params string[] names) =>
        names.All(name => table.FindColumn(name) is not null);

    private static async Task<List<FoundTable>> ReadTablesAsync(
        NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var columns = await GroupAsync("read_columns", reader => new FoundColumn(
            reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetTextOrNull(4)));
        var indexes = await GroupAsync("read_indexes", reader => new FoundIndex(
            reader.GetString(1), reader.GetFieldValue<string[]>(5), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        var triggers = await GroupAsync("read_triggers", reader => new FoundTrigger(
            reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetBoolean(5)));
        var dependents = await GroupAsync("read_dependents", reader => (Kind: reader.GetString(1), Name: reader.GetString(2)));
        return await ReadAsync(
            connection,
            "read_tables",
            [schema],
            reader =>
            {
                var name = reader.GetString(0);
                return new FoundTable
                {
                    Name = name,
                    IsTable = reader.GetBoolean(1),
                    IsOurs = reader.GetBoolean(2),
                    Owner = reader.GetString(3),
                    Columns = [.. columns[name]],
                    Indexes = [.. indexes[name]],
                    Triggers = [.. triggers[name]],
                    ForeignKeys = [.. dependents[name].Where(each => each.Kind != "view").Select(each => each.Name)],
                    Views = [.. dependents[name].Where(each => each.Kind == "view").Select(each => each.Name)],
                };
            },
            cancellationToken);

        async Task<ILookup<string, T>> GroupAsync<T>(string file, Func<NpgsqlDataReader, T> read) =>
            (await ReadAsync(connection, file, [schema], reader => (Table: reader.GetString(0), Value: read(reader)), cancellationToken))
            .ToLookup(pair => pair.Table, pair => pair.Value, StringComparer.Ordinal);
    }

    private static LifeSign ReadSign(NpgsqlDataReader reader) => new()
    {
        Kind = Enum.Parse<LifeSignKind>(reader.GetString(0), ignoreCase: true),
        Age = TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(1))),
        ProcessId = reader.GetFieldValue<int?>(2),
        Name = reader.GetTextOrNull(3),
    };

    private static Task<List<T>> ReadInAsync<T>(
        NpgsqlConnection connection,
        string file,
        string schema,
        string[] values,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken) =>
        RunAsync(connection, SqlText.InSchema($"Adopt/{file}.sql", schema), values, read, cancellationToken);

    private static Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection,
        string file,
        string[] values,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken) =>
        RunAsync(connection, SqlText.Read($"Adopt/{file}.sql"), values, read, cancellationToken);

    private static async Task<List<T>> RunAsync<T>(
        NpgsqlConnection connection, string sql, string[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        // A log or an archive of many millions takes its time.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }
}
