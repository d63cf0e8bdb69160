using System.Text;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>
/// Takes a password from the person: typed twice at a terminal, where nothing of it shows, or as the first line of standard input. Never
/// from the command line, which other people of the machine can read.
/// </summary>
internal static class PasswordEntry
{
    /// <exception cref="ConfigurationException">None was given, or the two differ.</exception>
    public static async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
        {
            return await Console.In.ReadLineAsync(cancellationToken)
                ?? throw new ConfigurationException(
                    "No password was given: type it at a terminal, or give it as a line of standard input.");
        }

        var first = Ask("Password: ");
        return Ask("Once more: ") == first ? first : throw new ConfigurationException("The two passwords differ: nothing was changed.");
    }

    private static string Ask(string question)
    {
        // Questions go to standard error, so that standard output stays for results.
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(typed.Length - 1, 0);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
