using System.Net.Sockets;
using Npgsql;
using Tandem.Postgres;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;

namespace Tandem.Server.Hosting;

/// <summary>Reads a database URL that a person gave, and names it in sentences without its password.</summary>
internal static class DatabaseWords
{
    private const string PoolSize = "Maximum Pool Size";

    /// <summary>Of a server, however many connections it works; PostgreSQL allows a hundred sessions unless told otherwise.</summary>
    public const int ControlPoolSize = 50;

    /// <summary>Of each other database that connections have their tables in; small hosted ones allow some twenty sessions.</summary>
    public const int TargetPoolSize = 15;

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

    /// <exception cref="ConfigurationException">The text is no address of a database.</exception>
    public static NpgsqlDataSource Open(string url) => Open(url, ControlPoolSize);

    /// <param name="poolSize">How many sessions there are at most, unless the address says otherwise.</param>
    /// <exception cref="ConfigurationException">The text is no address of a database.</exception>
    public static NpgsqlDataSource Open(string url, int poolSize)
    {
        var builder = Parse(url);
        builder.ApplicationName = "tandem";
        if (!builder.ShouldSerialize(PoolSize))
            builder.MaxPoolSize = poolSize;
        return NpgsqlDataSource.Create(builder);
    }

    /// <summary>Host, port and database.</summary>
    public static string Describe(string url)
    {
        var builder = Parse(url);
        return $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
    }

    /// <summary>The same in its parts; nothing of a text that is no address, which whoever opens the database is told.</summary>
    public static (string? Host, string? Name, int Port) Locate(string url)
    {
        try
        {
            var builder = Parse(url);
            return (builder.Host, builder.Database ?? builder.Username, builder.Port);
        }
        catch (ConfigurationException)
        {
            return (null, null, 0);
        }
    }

    /// <summary>The sentence for a database that cannot be used; null when the exception speaks of something else.</summary>
    public static string? Explain(Exception exception, string url) => exception switch
    {
        PostgresException postgres => $"The database {Describe(url)} refused ({postgres.SqlState}): {PostgresWords.Of(postgres)}.",
        NpgsqlException or SocketException or TimeoutException =>
            $"The database {Describe(url)} cannot be reached: {(exception.InnerException ?? exception).Message.TrimEnd('.')}.",
        _ when SessionLoss.WasUnseen(exception) => $"The database {Describe(url)} has ended the session.",
        _ => null,
    };
}
