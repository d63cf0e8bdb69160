using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>Checks of option values that the parser's types cannot express; each failure is a sentence.</summary>
internal static class Validation
{
    /// <summary>A schema's name is part of the change log's channel, which leaves it 48 of Postgres's 63 bytes.</summary>
    private const int LongestSchema = 48;

    /// <summary>Postgres keeps pg_ for itself, and the schema tandem holds the catalogue. A default needs no check.</summary>
    public static void Schema(OptionResult result)
    {
        if (result.Tokens is not [{ Value: var name }])
            return;
        var isTaken = name.StartsWith("pg_", StringComparison.Ordinal) || name is "tandem" or "information_schema";
        if (isTaken || Encoding.UTF8.GetByteCount(name) is 0 or > LongestSchema)
        {
            result.AddError(
                $"{result.Option.Name}: expected a name of 1 to {LongestSchema} bytes that does not begin with pg_ and is not tandem, "
                + $"found {(name.Length == 0 ? "an empty one" : name)}.");
        }
    }

    /// <summary>Reads the address of a web server. What was found stays untold: people paste addresses with a password inside.</summary>
    public static Uri? WebAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address)
            && (address.Scheme is "https" or "http")
            && address.UserInfo.Length == 0)
        {
            return address;
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"{option}: expected an address such as https://login.salesforce.com, found something else.");
        return null;
    }

    /// <summary>Reads a span of 0 to 3600 seconds, fractions allowed.</summary>
    public static TimeSpan Seconds(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 3_600)
            return TimeSpan.FromSeconds(seconds);
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: expected 0 to 3600 seconds, found {text}.");
        return default;
    }

    /// <summary>Reads a span of up to 3650 days, fractions allowed.</summary>
    public static TimeSpan Days(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) && days is >= 0.001 and <= 3_650)
            return TimeSpan.FromDays(days);
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: expected 0.001 to 3650 days, found {text}.");
        return default;
    }

    /// <summary>Reads which assignment rules run.</summary>
    public static AssignmentRules? Assignment(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (AssignmentRules.TryParse(text, out var rules))
            return rules;
        result.AddError(
            "--assignment-rules: expected off, on, or the ids of rules by their objects such as Case=01Q000000000001EAA,"
            + $"Lead=01Q000000000002EAA, found {text}.");
        return null;
    }

    /// <summary>Salesforce's versions are whole numbers; their <c>.0</c> may be left out.</summary>
    public static void ApiVersion(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }]
            && text is not [>= '1' and <= '9', >= '0' and <= '9'] and not [>= '1' and <= '9', >= '0' and <= '9', '.', '0'])
            result.AddError($"{result.Option.Name}: expected a version such as 61.0, found {text}.");
    }

    /// <summary>Takes these words alone, which shells complete.</summary>
    public static void TakeOneOf(this Option option, params string[] words)
    {
        option.HelpName = option.Name.TrimStart('-');
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !words.Contains(word, StringComparer.Ordinal))
                result.AddError($"{result.Option.Name}: expected {string.Join(", ", words[..^1])} or {words[^1]}, found {word}.");
        });
    }
}
