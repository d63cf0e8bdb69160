using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>
/// Brings the indexes of a table that is in use in step with its definition: builds what it lacks, and drops what was made for it and is
/// no longer asked for. Readers and writers go on meanwhile.
/// </summary>
/// <remarks>
/// Each index is built and dropped concurrently, which no transaction may hold: what a crash leaves is an index that is not valid, and the
/// next run drops it and builds it anew. An index is dropped only when <c>tandem.table_index</c> says that it was made for the table and it
/// still has its name and form, so that no user's index ever goes. New ones come before old ones go, and an old one stays as long as one of
/// its column is refused. Running it twice changes nothing.
/// </remarks>
public sealed class IndexKeeper(TableDefinition definition)
{
    /// <param name="connection">Open, outside of a transaction.</param>
    /// <param name="spared">Columns whose indexes stay although the definition lacks the column: it may come back.</param>
    /// <param name="step">Is told what has just become durable.</param>
    public async Task<IndexChanges> FollowAsync(
        NpgsqlConnection connection, IReadOnlySet<string> spared, Action<string> step, CancellationToken cancellationToken)
    {
        var own = await ListOwnAsync(connection, cancellationToken);
        var found = await TableIndex.ListAsync(connection, definition, cancellationToken);
        var missing = definition.Indexes.Where(asked => !found.Any(index => index.Serves(asked))).ToList();
        var surplus = found
            .Where(index => own.Contains(index.Name) && index.IsOfForm(definition) && !IsAskedFor(index))
            .Where(index => index.Column is { } column && !spared.Contains(column))
            .ToList();
        own.IntersectWith(found.Select(index => index.Name));
        own.UnionWith(missing.Select(NameOf));
        own.UnionWith(found.Where(index => index.IsOfForm(definition) && IsAskedFor(index)).Select(index => index.Name));

        // Before the first is built: a crash must not leave one that nobody knows as ours.
        await NoteOwnAsync(connection, own, cancellationToken);
        var (built, refused) = await BuildAsync(connection, missing, found, step, cancellationToken);
        var dropped = surplus
            .Where(index => refused.TrueForAll(each => each.Index.Column != index.Column))
            .Select(index => index.Name)
            .ToList();
        foreach (var name in dropped)
            await DropAsync(connection, name, step, cancellationToken);
        own.ExceptWith(dropped);
        own.ExceptWith(refused.Select(each => each.Name));
        await NoteOwnAsync(connection, own, cancellationToken);
        return new IndexChanges { Built = built, Dropped = dropped, Refused = refused };
    }

    private string NameOf(IndexDefinition index) => index.NameOn(definition.Name);

    private bool IsAskedFor(TableIndex index) =>
        definition.Indexes.Any(asked => asked.IsUnique == index.IsUnique && asked.Column == index.Column);

    private async Task<(List<string> Built, List<RefusedIndex> Refused)> BuildAsync(
        NpgsqlConnection connection,
        List<IndexDefinition> missing,
        IReadOnlyList<TableIndex> found,
        Action<string> step,
        CancellationToken cancellationToken)
    {
        var (built, refused) = (new List<string>(), new List<RefusedIndex>());
        foreach (var index in missing)
        {
            var name = NameOf(index);
            try
            {
                if (found.Any(left => left.Name == name && !left.IsValid && left.IsOfForm(definition)))
                    await DropAsync(connection, name, step, cancellationToken);
                await ExecuteAsync(
                    connection,
                    $"create {(index.IsUnique ? "unique " : string.Empty)}index concurrently {PgIdentifier.Quote(name)} "
                    + $"on {definition.QualifiedName} ({PgIdentifier.Quote(index.Column)})",
                    cancellationToken);
                step("index.built");
                built.Add(name);
            }
            catch (PostgresException exception) when (IsOfTheRows(exception))
            {
                // What it leaves would refuse rows, and serve no query.
                if (exception.SqlState != PostgresErrorCodes.DuplicateTable)
                    await DropAsync(connection, name, step, cancellationToken);
                refused.Add(new RefusedIndex(index, name, exception));
            }
        }

        return (built, refused);
    }

    /// <summary>
    /// Rows with the same value, a value too long for an index, or a name that something else has: trying again does not help.
    /// </summary>
    private static bool IsOfTheRows(PostgresException exception) => exception.SqlState is
        PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.DuplicateTable;

    private async Task DropAsync(NpgsqlConnection connection, string name, Action<string> step, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection, $"drop index concurrently if exists {PgIdentifier.Qualify(definition.Schema, name)}", cancellationToken);
        step("index.dropped");
    }

    private async Task<HashSet<string>> ListOwnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Tables/list_own_indexes.sql"), connection);
        command.Parameters.AddValues(definition.Schema, definition.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }

    private async Task NoteOwnAsync(NpgsqlConnection connection, HashSet<string> own, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Tables/note_own_indexes.sql"), connection);
        command.Parameters.AddValues(definition.Schema, definition.Name, own.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // An index on millions of rows takes longer than any command timeout; cancellation is the limit.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
