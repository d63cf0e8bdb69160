using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Capture;

/// <summary>
/// The contract's log trigger as the switch of a table's capture: who disables it stops all capture of the table, and whoever makes the
/// triggers anew, which enables them, asks here first and leaves it as it was.
/// </summary>
internal static class CaptureSwitch
{
    public static async Task<bool> IsOffAsync(NpgsqlConnection connection, TableDefinition table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Capture/read_capture_switch.sql"), connection)
        {
            Parameters =
            {
                new() { Value = table.Schema },
                new() { Value = table.Name },
                new() { Value = ReservedNames.LogTrigger(table.Name) },
            },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public static string TurnOff(TableDefinition table) =>
        $"alter table {table.QualifiedName} disable trigger {PgIdentifier.Quote(ReservedNames.LogTrigger(table.Name))}";
}
