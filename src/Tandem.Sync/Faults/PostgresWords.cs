using Npgsql;

namespace Tandem.Sync.Faults;

/// <summary>What Postgres said, without the values of rows that it quotes.</summary>
public static class PostgresWords
{
    /// <summary>Errors of this class speak of a value, and quote it behind what is wrong with it. Source: Postgres, appendix A.</summary>
    private const string DataErrors = "22";

    public static string Of(PostgresException exception)
    {
        var text = exception.MessageText;
        if (!exception.SqlState.StartsWith(DataErrors, StringComparison.Ordinal))
            return text;
        var quoted = text.IndexOf('"', StringComparison.Ordinal);
        return quoted < 0 ? text : text[..quoted].TrimEnd(' ', ':');
    }
}
