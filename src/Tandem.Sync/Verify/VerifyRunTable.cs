using System.Text.Json;
using Npgsql;

namespace Tandem.Sync.Verify;

/// <summary>Reads and saves the runs of one schema, in <c>tandem.verify_run</c>.</summary>
public sealed class VerifyRunTable(string schema)
{
    private static readonly JsonSerializerOptions Json = VerifyJson.Options;

    /// <summary>The newest run of its kind that began after a moment and is not finished; null when there is none.</summary>
    public async Task<(long Id, VerifyReport Report)?> FindOpenAsync(
        NpgsqlConnection connection, string objectName, VerifyRequest request, DateTime since, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Verify/find_open_run.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ToText(request.Level) });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = request.Repairs });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(since, DateTimeKind.Utc) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), Parse(reader.GetString(1))) : null;
    }

    /// <summary>The last runs of an object, newest first.</summary>
    public async Task<IReadOnlyList<VerifyReport>> ListAsync(
        NpgsqlConnection connection, string objectName, int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Verify/list_runs.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var reports = new List<VerifyReport>();
        while (await reader.ReadAsync(cancellationToken))
            reports.Add(Parse(reader.GetString(0)));
        return reports;
    }

    /// <returns>The run's id.</returns>
    public async Task<long> AddAsync(NpgsqlConnection connection, VerifyReport report, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Verify/add_run.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = report.ObjectName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ToText(report.Level) });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = report.Repairs });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = report.StartedAt });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(report, Json) });
        return await command.ExecuteScalarAsync(cancellationToken) is long id
            ? id
            : throw new InvalidOperationException("An insert into tandem.verify_run gave no id.");
    }

    public static async Task SaveAsync(NpgsqlConnection connection, long id, VerifyReport report, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Verify/save_run.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = report.FinishedAt });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = report.Differences });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = report.Repaired });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(report, Json) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static VerifyReport Parse(string json) => JsonSerializer.Deserialize<VerifyReport>(json, Json)
        ?? throw new InvalidOperationException("tandem.verify_run holds a report that is null.");

    private static string ToText(VerifyLevel level) => level switch
    {
        VerifyLevel.Counts => "counts",
        VerifyLevel.Stamps => "stamps",
        VerifyLevel.Values => "values",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level of verify."),
    };
}
