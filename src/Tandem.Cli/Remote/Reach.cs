using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tandem.Cli.Remote;

/// <summary>
/// The two ways in which a command reaches a connection: over a server's REST API, or over the database, where the server that works the
/// schema finds what is asked. The words of the command line decide, then the environment.
/// </summary>
internal sealed class Reach
{
    private const string Rule =
        " Without a word of either kind the server of TANDEM_SERVER is asked, else the database of DATABASE_URL, else the server at "
        + "http://127.0.0.1:8600.";

    public ApiTarget Server { get; } = new();

    public Target Database { get; } = new();

    public void AddTo(Command command)
    {
        Server.AddTo(command);
        Database.AddTo(command);
        Server.Choice[0].Description = $"Asks the server at this address, as --app and --resource do.{Rule}";
        Database.Choice[0].Description = "Asks by way of the database of this URL, as --schema does; else DATABASE_URL.";
        command.Validators.Add(CheckMix);
    }

    /// <summary>False takes the database.</summary>
    public bool AsksServer(ParseResult parsed) => AsksServer(parsed.CommandResult);

    public bool AsksServer(CommandResult command)
    {
        if (GivenWords.Of(command, Server.Choice).Length > 0)
            return true;
        if (GivenWords.Of(command, Database.Choice).Length > 0)
            return false;
        return ApiTarget.IsInEnvironment || !DatabaseOption.IsInEnvironment;
    }

    private void CheckMix(CommandResult command)
    {
        if (GivenWords.Of(command, Server.Choice) is { Length: > 0 } server
            && GivenWords.Of(command, Database.Choice) is { Length: > 0 } database)
            command.AddError($"{server} asks a server and {database} a database: give words of one kind.");
    }
}
