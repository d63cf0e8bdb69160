using Npgsql;

namespace Tandem.Sync.Adopt;

/// <summary>
/// What is remembered of an adoption: the changes that Heroku Connect had claimed and not settled, which it may have sent, and as another
/// user than ours; and the script that leads back. Used by the adoption and by whoever looks for lost inserts.
/// </summary>
public sealed class AdoptionTable(string schema)
{
    /// <summary>Within the connection's open transaction.</summary>
    public async Task NoteAsync(
        NpgsqlConnection connection, IReadOnlyList<int> claimed, string former, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Adopt/note_adoption.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. claimed] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = former });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Those of the entries that were claimed before the adoption.</summary>
    public async Task<IReadOnlySet<int>> FindClaimedBeforeAsync(
        NpgsqlConnection connection, IEnumerable<int> entries, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Adopt/read_claimed_before.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. entries] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetInt32(0));
        return found;
    }
}
