using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Verify;

/// <summary>Reads and saves the plans of one schema, in <c>tandem.verify_plan</c>.</summary>
public sealed class VerifyPlanTable(string schema)
{
    public async Task<Dictionary<string, VerifyPlan>> ListAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Verify/list_plans.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var plans = new Dictionary<string, VerifyPlan>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var plan = new VerifyPlan
            {
                ObjectName = reader.GetString(0),
                NextAt = reader.GetDateTime(1),
                ShareKey = reader.GetTextOrNull(2),
            };
            plans.Add(plan.ObjectName, plan);
        }

        return plans;
    }

    public async Task PlanAsync(NpgsqlDataSource dataSource, string objectName, DateTime nextAt, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Verify/save_plan.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(nextAt, DateTimeKind.Utc) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task SaveShareKeyAsync(
        NpgsqlDataSource dataSource, string objectName, string? shareKey, DateTime now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Verify/save_share_key.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = shareKey });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(now, DateTimeKind.Utc) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
