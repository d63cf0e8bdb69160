using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// Asks a session that was idle for a while whether it is still there: a server may have ended it, or a network dropped it without a word.
/// </summary>
public static class SessionCheck
{
    private const int AnswerWithinSeconds = 15;

    /// <returns>False when the session is lost; it can only be closed then.</returns>
    public static async Task<bool> AnswersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(SqlText.Read("check_session.sql"), connection)
            {
                CommandTimeout = AnswerWithinSeconds,
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
