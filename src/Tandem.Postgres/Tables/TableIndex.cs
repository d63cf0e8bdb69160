using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>An index that a table has, whoever made it.</summary>
/// <param name="Column">Null when it is of several columns, of an expression, or of some rows only.</param>
/// <param name="IsBound">A constraint or the like stands on it, so that it is not to be dropped by itself.</param>
internal sealed record TableIndex(string Name, string? Column, bool IsUnique, bool IsValid, bool IsBound)
{
    public static async Task<IReadOnlyList<TableIndex>> ListAsync(
        NpgsqlConnection connection, TableDefinition definition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Tables/list_indexes.sql"), connection)
        {
            Parameters = { new() { Value = definition.Schema }, new() { Value = definition.Name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var indexes = new List<TableIndex>();
        while (await reader.ReadAsync(cancellationToken))
        {
            indexes.Add(new TableIndex(
                reader.GetString(0), reader.GetTextOrNull(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        }

        return indexes;
    }

    /// <summary>It does what is asked for, whatever its name.</summary>
    public bool Serves(IndexDefinition asked) =>
        IsValid && IsUnique == asked.IsUnique && string.Equals(Column, asked.Column, StringComparison.Ordinal);

    /// <summary>It has the name that we give, and the form.</summary>
    public bool IsOfForm(TableDefinition definition) =>
        Column is { } column && !IsBound && Name == ReservedNames.Index(definition.Name, column, IsUnique);
}
