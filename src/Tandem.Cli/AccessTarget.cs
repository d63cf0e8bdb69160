using System.CommandLine;
using System.Text.Json;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Cli;

/// <summary>What the commands for tokens and users share: the database, <c>--json</c>, and who the person at the keyboard is.</summary>
internal sealed class AccessTarget
{
    private readonly DatabaseOption _database = new();
    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON." };

    public static Actor Person => Actor.CommandLine(Environment.UserName);

    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        _database.AddTo(command);
    }

    public AccessDesk Open(ParseResult parsed) => new(_database.Read(parsed), TimeProvider.System);

    /// <summary>Prints the value as one line of JSON where that is asked for.</summary>
    public bool PrintsJson<T>(ParseResult parsed, T value)
    {
        if (!parsed.GetValue(_json))
            return false;
        Console.WriteLine(JsonSerializer.Serialize(value, AccessJson.Options));
        return true;
    }
}
