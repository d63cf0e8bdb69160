using System.CommandLine;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>Which server a command reaches over the database that both use: the one that works a schema of it.</summary>
internal sealed class Target
{
    private readonly DatabaseOption _database = new();

    private readonly Option<string> _schema = new("--schema")
    {
        Description = "The schema of the mapped tables.",
        DefaultValueFactory = _ => "salesforce",
    };

    public Target() => _schema.Validators.Add(Validation.Schema);

    /// <summary>The words that choose the database and its schema.</summary>
    public IReadOnlyList<Option> Choice => [_database.Word, _schema];

    public void AddTo(Command command)
    {
        _database.AddTo(command);
        command.Options.Add(_schema);
    }

    /// <param name="options">What the kind of request understands, a JSON object.</param>
    /// <exception cref="ConfigurationException">No database is given.</exception>
    public RequestDesk Open(ParseResult parsed, string options = "{}") =>
        new(_database.Read(parsed), parsed.GetValue(_schema) ?? "salesforce", TimeProvider.System) { Options = options };
}
