using System.CommandLine;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>Which database a command works on: <c>--database</c>, else DATABASE_URL.</summary>
internal sealed class DatabaseOption
{
    private readonly Option<string?> _database = new("--database")
    {
        Description = "The database's URL; else DATABASE_URL.", HelpName = "URL",
    };

    /// <summary>Whether the environment names a database.</summary>
    public static bool IsInEnvironment => Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 };

    public Option Word => _database;

    public void AddTo(Command command) => command.Options.Add(_database);

    /// <exception cref="ConfigurationException">No database is given.</exception>
    public string Read(ParseResult parsed)
    {
        var url = parsed.GetValue(_database) ?? Environment.GetEnvironmentVariable("DATABASE_URL");
        return string.IsNullOrEmpty(url)
            ? throw new ConfigurationException("DATABASE_URL is not set: give the database with --database or DATABASE_URL.")
            : url;
    }
}
