using System.CommandLine;
using System.CommandLine.Parsing;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>The words by which a connection gets a database of its own: the name of one that the server knows, or an address.</summary>
internal sealed class TargetOptions
{
    /// <summary>For the help of the commands.</summary>
    public const string Note =
        "The server takes DATABASE_URL, its own database, and each variable of its environment that begins with postgres:// as a name. An "
        + "address is stored encrypted, which needs the server's master key. --database-url also takes the name of a variable of this "
        + "environment, so that no list of processes shows the password.";

    public Option<string?> Key { get; } = new("--db")
    {
        Description = "The name under which the server knows the database of the tables.", HelpName = "NAME",
    };

    public Option<string?> Url { get; } = new("--database-url")
    {
        Description = "The address of the database of the tables, or the name of a variable of this environment that holds it.",
        HelpName = "URL",
    };

    /// <summary>A database has one address.</summary>
    public void CheckMix(CommandResult command)
    {
        if (GivenWords.Of(command, [Key, Url]) is var words && words.Contains(',', StringComparison.Ordinal))
            command.AddError($"{words}: expected one of them, found both.");
    }

    /// <returns>Null when none is given.</returns>
    /// <exception cref="ConfigurationException">The variable that is named is not set.</exception>
    public string? ReadUrl(ParseResult parsed)
    {
        if (parsed.GetValue(Url) is not { } text || !text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            return parsed.GetValue(Url);
        return SignInSecrets.Require(text, "--database-url names it.");
    }
}
