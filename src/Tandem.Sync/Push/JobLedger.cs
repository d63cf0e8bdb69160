using Npgsql;
using Tandem.Postgres.ChangeLog;

namespace Tandem.Sync.Push;

/// <summary>
/// The Bulk jobs that are under way. A job stands here, with its changes, before the org may begin with it, and goes in the transaction
/// that writes its last outcomes; so a crash loses no answer.
/// </summary>
internal sealed class JobLedger(string schema)
{
    public async Task AddAsync(NpgsqlConnection connection, StoredJob job, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Push/add_push_job.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job.ObjectName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WordOf(job.Operation) });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. job.Changes.Select(change => change.Value)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Within the connection's open transaction, or in one of its own.</summary>
    public async Task ForgetAsync(NpgsqlConnection connection, string jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Push/forget_push_job.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = jobId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<StoredJob>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Push/list_push_jobs.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = new List<StoredJob>();
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(new StoredJob
            {
                Id = reader.GetString(0),
                ObjectName = reader.GetString(1),
                Operation = OperationOf(reader.GetString(2)),
                Changes = [.. reader.GetFieldValue<int[]>(3).Select(id => new ChangeId(id))],
            });
        }

        return jobs;
    }

    private static string WordOf(WriteOperation operation) => operation switch
    {
        WriteOperation.Update => "update",
        WriteOperation.Upsert => "upsert",
        WriteOperation.Delete => "delete",
        _ => throw new InvalidOperationException($"No Bulk job is made of the operation {operation}."),
    };

    private static WriteOperation OperationOf(string word) => word switch
    {
        "update" => WriteOperation.Update,
        "upsert" => WriteOperation.Upsert,
        _ => WriteOperation.Delete,
    };
}
