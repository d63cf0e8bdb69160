using Npgsql;
using Tandem.Postgres;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>Reads a database URL that a person gave, and names it in sentences without its password.</summary>
internal static class DatabaseWords
{
    /// <exception cref="ConfigurationException">The text is no address of a database.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        try
        {
            return DatabaseUrl.Parse(url);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new ConfigurationException(exception.Message, exception);
        }
    }

    /// <summary>Host, port and database.</summary>
    public static string Describe(string url)
    {
        var builder = Parse(url);
        return $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
    }
}
