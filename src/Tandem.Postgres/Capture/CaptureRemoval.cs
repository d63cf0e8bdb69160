using Npgsql;

namespace Tandem.Postgres.Capture;

/// <summary>Takes our triggers off a table, whose rows and users' own triggers stay. A table that is gone has none.</summary>
public static class CaptureRemoval
{
    /// <param name="connection">Within the caller's transaction.</param>
    public static async Task RunAsync(NpgsqlConnection connection, string schema, string table, CancellationToken cancellationToken)
    {
        string[] triggers =
        [
            ReservedNames.LogStartTrigger(table),
            .. Logger.Events.Select(word => ReservedNames.LogTrigger(table, word)),
            ReservedNames.TruncateTrigger(table),
            ReservedNames.StatusTrigger(table),
        ];
        var drops = triggers.Select(
            trigger => $"drop trigger if exists {PgIdentifier.Quote(trigger)} on {PgIdentifier.Qualify(schema, table)}");
        await using var command = new NpgsqlCommand(string.Join(";\n", drops), connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
