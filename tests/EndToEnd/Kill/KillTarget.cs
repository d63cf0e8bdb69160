using Npgsql;
using Xunit;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>The target database of a server that is killed, as a test looks at it and an app writes to it.</summary>
internal static class KillTarget
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>True once both tables have been loaded.</summary>
    public static async Task<bool> IsLoadedAsync(NpgsqlDataSource database) =>
        await AskAsync(database, "select to_regclass('tandem.progress')::text") is not null
        && await AskAsync(database, "select count(*)::text from tandem.progress where cursor_stamp is not null") == "2";

    /// <summary>The first value of the first row, which the statement gives as text.</summary>
    public static async Task<string?> AskAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancelled) as string;
    }

    public static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
