using System.CommandLine;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>Which server a command speaks to: the one that works a schema of a database. All such commands have its options.</summary>
internal sealed class Target
{
    private readonly Option<string?> _database = new("--database") { Description = "The database's URL; else DATABASE_URL." };

    private readonly Option<string> _schema = new("--schema")
    {
        Description = "The schema of the mapped tables.",
        DefaultValueFactory = _ => "salesforce",
    };

    public Target() => _schema.Validators.Add(Validation.Schema);

    public void AddTo(Command command)
    {
        command.Options.Add(_database);
        command.Options.Add(_schema);
    }

    /// <param name="options">What the kind of request understands, a JSON object.</param>
    /// <exception cref="ConfigurationException">No database is given.</exception>
    public RequestDesk Open(ParseResult parsed, string options = "{}")
    {
        var url = parsed.GetValue(_database) ?? Environment.GetEnvironmentVariable("DATABASE_URL");
        if (string.IsNullOrEmpty(url))
            throw new ConfigurationException("DATABASE_URL is not set: give the database with --database or DATABASE_URL.");
        return new RequestDesk(url, parsed.GetValue(_schema) ?? "salesforce", TimeProvider.System) { Options = options };
    }
}
