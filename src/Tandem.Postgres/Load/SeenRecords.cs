using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// The records that a long reading has seen, kept in the database so that neither memory nor a crash matters. At the reading's end it
/// tells which of them the table lacks, and which rows of the table the reading did not see.
/// </summary>
/// <param name="reading">The number of the reading; what it saw goes with its row.</param>
public sealed class SeenRecords(TableDefinition definition, long reading)
{
    /// <summary>Doing it twice is harmless.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, long reading, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Load/add_seen_records.sql"), connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = reading });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<long> CountMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sql = $"select count(*) from tandem.refresh_record r where r.refresh_id = $1 and {IsMissing}";
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = reading });
        return await command.ExecuteScalarAsync(cancellationToken) is long count ? count : 0;
    }

    /// <summary>The first seen records behind a key that have no row, in the byte-wise order of their ids.</summary>
    public Task<IReadOnlyList<string>> FindMissingAsync(
        NpgsqlConnection connection, string? after, int most, CancellationToken cancellationToken) => ListAsync(
        connection,
        $"""
        select r.sfid from tandem.refresh_record r
        where r.refresh_id = $1 and r.sfid > $2 and {IsMissing}
        order by r.sfid limit $3
        """,
        [new NpgsqlParameter<string> { TypedValue = after ?? "" }, new NpgsqlParameter<int> { TypedValue = most }],
        cancellationToken);

    /// <summary>
    /// The first rows behind a key whose record was not seen, in the order of the index on sfid. Rows that are newer than the
    /// reading's beginning are left out, for another reading brought them.
    /// </summary>
    public Task<IReadOnlyList<string>> FindSurplusAsync(
        NpgsqlConnection connection, string? after, DateTime readFrom, int most, CancellationToken cancellationToken)
    {
        var isOlder = definition.Has(ReservedNames.SystemModstamp) ? "(t.systemmodstamp > $4) is not true" : "$4 is not null";
        return ListAsync(
            connection,
            $"""
            select t.sfid from {definition.QualifiedName} t
            where t.sfid > $2 and {isOlder}
              and not exists (select from tandem.refresh_record r where r.refresh_id = $1 and r.sfid = t.sfid)
            order by t.sfid limit $3
            """,
            [
                new NpgsqlParameter<string> { TypedValue = after ?? "" },
                new NpgsqlParameter<int> { TypedValue = most },
                new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(readFrom, DateTimeKind.Unspecified) },
            ],
            cancellationToken);
    }

    private string IsMissing => $"not exists (select from {definition.QualifiedName} t where t.sfid = r.sfid)";

    private async Task<IReadOnlyList<string>> ListAsync(
        NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = reading });
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sfids = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sfids.Add(reader.GetString(0));
        }

        return sfids;
    }
}
