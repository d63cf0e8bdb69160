using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Running.Allowance;

/// <summary>Reads and saves the calls of the hours, of one schema.</summary>
internal sealed class CallTable(string schema, NpgsqlDataSource dataSource)
{
    public async Task<IReadOnlyList<(CallPurpose Purpose, long Hour, long Calls)>> ListAsync(
        DateTime since, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Running/Allowance/list_api_calls.sql"));
        command.Parameters.AddValues(schema, since);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var calls = new List<(CallPurpose, long, long)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            calls.Add((
                new CallPurpose(reader.GetString(0), reader.GetString(1)),
                HourlyCalls.HourOf(reader.GetFieldValue<DateTimeOffset>(2)),
                reader.GetInt64(3)));
        }

        return calls;
    }

    /// <summary>Adds to what is stored, in one statement.</summary>
    public async Task AddAsync(
        IReadOnlyCollection<KeyValuePair<(CallPurpose Purpose, long Hour), long>> calls,
        DateTime now,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Running/Allowance/save_api_calls.sql"));
        command.Parameters.AddValues(
            schema,
            calls.Select(item => item.Key.Purpose.ObjectName).ToArray(),
            calls.Select(item => CallKinds.ToText(item.Key.Purpose)).ToArray(),
            calls.Select(item => HourlyCalls.StartOf(item.Key.Hour)).ToArray(),
            calls.Select(item => item.Value).ToArray(),
            now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
