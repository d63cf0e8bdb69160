using Npgsql;
using NpgsqlTypes;
using Tandem.Postgres;
using Tandem.Postgres.Tables;

namespace Tandem.Sync.Catalog;

/// <summary>
/// The catalogue: connections and their mappings, in schema <c>tandem</c> of the control database. Holds configuration only;
/// losing it loses no row. The server reads it at start and writes it on import. How far the rows have come stands in the schema
/// <c>tandem</c> of the database that they are in, which the same migrations make.
/// </summary>
public sealed class CatalogDatabase(NpgsqlDataSource dataSource)
{
    /// <summary>True when a program like this one has ever used the database.</summary>
    public Task<bool> IsThereAsync(CancellationToken cancellationToken) =>
        SchemaProbe.ExistsAsync(dataSource, "tandem", cancellationToken);

    /// <summary>Brings the database to this program's version, forward only; one program at a time, all or nothing.</summary>
    /// <exception cref="ConfigurationException">The database was migrated by a newer program.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, SqlFile.Read("Catalog/lock_migrations.sql"), cancellationToken);

        var migrations = SqlFile.List("Catalog/Migrations");
        var applied = await ListMigrationsAsync(connection, cancellationToken);
        if (applied.Except(migrations, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new ConfigurationException(
                $"The database is newer than this program: it has the migration {unknown}. "
                + "Start the program that made it, or a later one.");
        }

        foreach (var migration in migrations.Except(applied, StringComparer.Ordinal))
        {
            await ExecuteAsync(connection, SqlFile.Read(migration), cancellationToken);
            await using var note = new NpgsqlCommand(SqlFile.Read("Catalog/note_migration.sql"), connection);
            note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration });
            await note.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The connection that owns a schema of this very database; null when there is none.</summary>
    public async Task<Connection?> FindConnectionAsync(string schema, CancellationToken cancellationToken) =>
        (await ListConnectionsAsync(schema, id: null, cancellationToken)).SingleOrDefault();

    /// <summary>Wherever its tables are; null when there is none.</summary>
    public async Task<Connection?> FindConnectionAsync(Guid id, CancellationToken cancellationToken) =>
        (await ListConnectionsAsync(schema: null, id, cancellationToken)).SingleOrDefault();

    /// <summary>All connections, the oldest first.</summary>
    public Task<IReadOnlyList<Connection>> ListConnectionsAsync(CancellationToken cancellationToken) =>
        ListConnectionsAsync(schema: null, id: null, cancellationToken);

    private async Task<IReadOnlyList<Connection>> ListConnectionsAsync(string? schema, Guid? id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/list_connections.sql"));
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var connections = new List<Connection>();
        while (await reader.ReadAsync(cancellationToken))
            connections.Add(ReadConnection(reader));
        return connections;
    }

    private static Connection ReadConnection(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Name = reader.GetString(1),
        LoginUrl = new Uri(reader.GetString(2)),
        ApiVersion = reader.GetString(3),
        Schema = reader.GetString(4),
        OrganizationId = reader.GetTextOrNull(5),
        Types = reader.GetString(6) == "exact" ? TypeProfile.Exact : TypeProfile.Heroku,
        Writes = reader.GetString(7) == "merged" ? WriteAlgorithm.Merged : WriteAlgorithm.Ordered,
        ArchiveAfter = reader.GetTimeSpan(8),
        ArchiveFor = reader.GetTimeSpan(9),
        Assignment = ReadAssignment(reader.GetString(10)),
        SavesDuplicates = reader.GetBoolean(11),
        CutsText = reader.GetBoolean(12),
        Source = reader.GetTextOrNull(13),
        Number = reader.GetInt32(14),
        AppName = reader.GetString(15),
        IsPaused = reader.GetBoolean(16),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(17),
        AuthorizedAt = reader.IsDBNull(18) ? null : reader.GetFieldValue<DateTimeOffset>(18),
        Username = reader.GetTextOrNull(19),
        UserInfo = reader.GetTextOrNull(20),
        ApiShare = reader.GetInt32(21),
        DatabaseKey = reader.GetString(22),
    };

    public async Task<IReadOnlyList<Mapping>> ListMappingsAsync(Guid connectionId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/list_mappings.sql"));
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = connectionId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var mappings = new List<Mapping>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var indexes = reader.GetFieldValue<string[]>(3).Select(field => (field, isUnique: false))
                .Concat(reader.GetFieldValue<string[]>(4).Select(field => (field, isUnique: true)));
            mappings.Add(new Mapping
            {
                ObjectName = reader.GetString(0),
                Access = reader.GetString(1) == "read_write" ? MappingAccess.ReadWrite : MappingAccess.ReadOnly,
                Fields = reader.GetFieldValue<string[]>(2),
                Indexes = indexes.ToDictionary(pair => pair.field, pair => pair.isUnique, StringComparer.OrdinalIgnoreCase),
                UpsertField = reader.GetTextOrNull(5),
                PollInterval = TimeSpan.FromSeconds(reader.GetInt32(6)),
                ExcludedFields = reader.GetFieldValue<string[]>(7),
                Filter = reader.GetTextOrNull(8),
                KeepsFormulasFresh = reader.GetBoolean(9),
                OnDrift = reader.GetString(10) == "ask" ? DriftPolicy.Ask : DriftPolicy.Follow,
                Conflicts = ConflictPolicies.Parse(reader.GetString(11)),
                ConflictFields = ConflictPolicies.ParseFields(reader.GetString(12)),
                IsAccelerated = reader.GetBoolean(13),
                MaxDailyApiCalls = reader.GetInt32(14),
                Source = reader.GetTextOrNull(15),
                AppliedAt = reader.GetFieldValue<DateTimeOffset>(16),
                Id = reader.GetGuid(17),
                Number = reader.GetInt32(18),
                Revision = reader.GetInt32(19),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(20),
            });
        }

        return mappings;
    }

    /// <summary>Stores a new connection.</summary>
    /// <param name="session">Within the caller's transaction.</param>
    /// <exception cref="ConfigurationException">Its name or its schema is another connection's; nothing was stored.</exception>
    public static Task AddWithinAsync(
        NpgsqlConnection session, Connection connection, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken) =>
        ExplainTakenAsync(connection, () => SaveWithinAsync(session, connection, mappings, cancellationToken));

    /// <summary>Gives a connection its schema and its database as they are in <paramref name="connection"/>.</summary>
    /// <param name="session">Within the caller's transaction.</param>
    /// <param name="hasTables">Its tables are known to be there; else it must have no mappings.</param>
    /// <exception cref="ConfigurationException">It has mappings or is gone, or the schema is another connection's.</exception>
    public static Task MoveWithinAsync(
        NpgsqlConnection session, Connection connection, bool hasTables, CancellationToken cancellationToken) =>
        ExplainTakenAsync(connection, async () =>
        {
            await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/move_connection.sql"), session);
            command.Parameters.AddValues(connection.Id, connection.Schema, connection.DatabaseKey, hasTables);
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                throw new ConfigurationException(
                    $"The schema and the database of the connection {connection.Name} cannot be changed: it has mappings by now, whose "
                    + "tables are there.");
            }
        });

    /// <summary>
    /// Forgets a connection with its mappings; the tables and their rows stay, and are captured no more. The caller holds the lock of the
    /// schema, for another server of the same catalogue may have worked it until then and would write anew what is forgotten here.
    /// </summary>
    /// <param name="target">The database of its tables.</param>
    public async Task RemoveConnectionAsync(Connection connection, NpgsqlDataSource target, CancellationToken cancellationToken)
    {
        foreach (var mapping in await ListMappingsAsync(connection.Id, cancellationToken))
            await RemoveAsync(connection.Id, mapping.ObjectName, cancellationToken);
        await LetGoAsync(connection, target, cancellationToken);
        await ForgetConnectionAsync(connection.Id, cancellationToken);
        if (connection.IsInControlDatabase)
            return;

        // What the other database had stored of the schema by itself is a copy since the connection was made there.
        var former = new CatalogDatabase(target);
        if (await former.FindConnectionAsync(connection.Schema, cancellationToken) is { } copy)
            await former.RemoveConnectionAsync(copy, target, cancellationToken);
    }

    /// <summary>Forgets a connection whose database is no more; what may be left there stays as it is, the capture too.</summary>
    public async Task ForgetConnectionAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/remove_connection.sql"));
        command.Parameters.AddValues(id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets the tables of removed mappings go, and then forgets the mappings. The caller holds the lock of the schema.</summary>
    /// <param name="target">The database of the tables.</param>
    public Task LetGoAsync(Connection connection, NpgsqlDataSource target, CancellationToken cancellationToken) =>
        new RemovedMappings(dataSource, target).LetGoAsync(connection, cancellationToken);

    /// <summary>
    /// Makes or changes a connection and the listed mappings in one transaction. The organisation, once known, stays, and mappings that are
    /// not listed stay as they are.
    /// </summary>
    public async Task SaveAsync(Connection connection, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await session.BeginTransactionAsync(cancellationToken);
        await SaveWithinAsync(session, connection, mappings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>As above, within the session's open transaction.</summary>
    public static async Task SaveWithinAsync(
        NpgsqlConnection session, Connection connection, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        await SaveConnectionAsync(session, connection, cancellationToken);
        foreach (var mapping in mappings)
            await SaveMappingAsync(session, connection.Id, mapping, cancellationToken);
    }

    /// <summary>Remembers that a person has paused or resumed a connection.</summary>
    /// <param name="session">Within the caller's transaction.</param>
    public static async Task PauseAsync(
        NpgsqlConnection session, Guid connectionId, bool isPaused, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/pause_connection.sql"), session);
        command.Parameters.AddValues(connectionId, isPaused);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes a sign-in, which may move the connection to another address of the same org.</summary>
    /// <param name="session">Within the caller's transaction.</param>
    /// <returns>False when the connection is bound to another org, or gone; nothing was changed then.</returns>
    public static async Task<bool> AuthorizeAsync(
        NpgsqlConnection session, Guid connectionId, Authorization authorization, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/authorize_connection.sql"), session);
        command.Parameters.AddValues(
            connectionId,
            authorization.LoginUrl.ToString(),
            authorization.ApiVersion,
            authorization.OrganizationId,
            authorization.Username);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = authorization.UserInfo, NpgsqlDbType = NpgsqlDbType.Json });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>
    /// Takes a mapping out of the list. What belongs to it goes when no shift works it any more: see <see cref="RemovedMappings"/>.
    /// </summary>
    public async Task RemoveAsync(Guid connectionId, string objectName, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/remove_mapping.sql"));
        command.Parameters.AddValues(connectionId, objectName);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExplainTakenAsync(Connection connection, Func<Task> store)
    {
        try
        {
            await store();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new ConfigurationException(
                exception.ConstraintName == "connection_schema"
                    ? $"The schema {connection.Schema} belongs to another connection already; choose another schema."
                    : $"There is a connection {connection.Name} already; choose another name.",
                exception);
        }
    }

    private static async Task SaveConnectionAsync(NpgsqlConnection session, Connection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/save_connection.sql"), session);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = connection.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.LoginUrl.ToString() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.ApiVersion });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.Schema });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = connection.OrganizationId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.Types == TypeProfile.Exact ? "exact" : "heroku" });
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = connection.Writes == WriteAlgorithm.Merged ? "merged" : "ordered",
        });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = connection.ArchiveAfter });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = connection.ArchiveFor });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.Assignment.ToString() });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = connection.SavesDuplicates });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = connection.CutsText });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = connection.Source, NpgsqlDbType = NpgsqlDbType.Json });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.AppName });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = connection.ApiShare });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = connection.DatabaseKey });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task SaveMappingAsync(
        NpgsqlConnection session, Guid connectionId, Mapping mapping, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/save_mapping.sql"), session);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = connectionId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = mapping.ObjectName });
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = mapping.Access == MappingAccess.ReadWrite ? "read_write" : "read_only",
        });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. mapping.Fields] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = IndexedFields(mapping, isUnique: false) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = IndexedFields(mapping, isUnique: true) });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = mapping.UpsertField });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)mapping.PollInterval.TotalSeconds });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. mapping.ExcludedFields] });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = mapping.Filter });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = mapping.KeepsFormulasFresh });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = mapping.OnDrift == DriftPolicy.Ask ? "ask" : "follow" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ConflictPolicies.Word(mapping.Conflicts) });
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = ConflictPolicies.Write(mapping.ConflictFields), NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = mapping.IsAccelerated });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = mapping.MaxDailyApiCalls });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = mapping.Source, NpgsqlDbType = NpgsqlDbType.Json });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static AssignmentRules ReadAssignment(string text) => AssignmentRules.TryParse(text, out var rules)
        ? rules
        : throw new ConfigurationException(
            "tandem.connection.assignment_rules: expected off, on or rules such as Case=01Q000000000001EAA, found something else; "
            + "give --assignment-rules anew.");

    private static string[] IndexedFields(Mapping mapping, bool isUnique) =>
        [.. mapping.Indexes.Where(index => index.Value == isUnique).Select(index => index.Key)];

    private static async Task<List<string>> ListMigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/list_migrations.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
