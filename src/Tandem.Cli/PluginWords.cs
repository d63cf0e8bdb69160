namespace Tandem.Cli;

/// <summary>
/// Takes commands as Heroku Connect's plugin spells them: with colons between their words, and with <c>connect:</c> before them or
/// without. Source: heroku-connect.md, section 12.10.
/// </summary>
internal static class PluginWords
{
    private const string Topic = "connect";

    /// <summary>The same words in the way of this command line; what is spelled that way already stays.</summary>
    public static string[] Translate(string[] words)
    {
        if (words is not [var command, .. var rest] || !command.Contains(':', StringComparison.Ordinal) || command.StartsWith('['))
            return words;
        IEnumerable<string> parts = command.Split(':');
        if (parts.First() == Topic)
            parts = parts.Skip(1);
        return string.Join(' ', parts) == "sf auth" ? ["auth", .. rest] : [.. parts, .. rest];
    }
}
