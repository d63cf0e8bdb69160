using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;

namespace Tandem.Cli;

/// <summary>
/// Checks of option values that the parser's types cannot express; each failure is a sentence. They look at what was typed: a default
/// needs no check, and what is no number at all the parser names itself.
/// </summary>
internal static class Validation
{
    public static Action<OptionResult> AtLeast(int least) => result =>
    {
        if (IsNumber(result, out var number) && number < least)
            result.AddError($"{result.Option.Name}: expected {least} or more, found {result.Tokens[0].Value}.");
    };

    public static Action<OptionResult> Between(int least, int most) => result =>
    {
        if (IsNumber(result, out var number) && !(number >= least && number <= most))
            result.AddError($"{result.Option.Name}: expected {least} to {most}, found {result.Tokens[0].Value}.");
    };

    /// <summary>Postgres keeps pg_ for itself, and the schema tandem holds the catalogue.</summary>
    public static void Schema(OptionResult result)
    {
        if (result.Tokens is not [{ Value: var name }])
            return;
        var isTaken = name.StartsWith("pg_", StringComparison.Ordinal) || name is "tandem" or "information_schema";
        if (isTaken || Encoding.UTF8.GetByteCount(name) is 0 or > 63)
        {
            result.AddError(
                $"{result.Option.Name}: expected a name of 1 to 63 bytes that does not begin with pg_ and is not tandem, "
                + $"found {(name.Length == 0 ? "an empty one" : name)}.");
        }
    }

    /// <summary>Reads the address of a web server. What was found stays untold: people paste addresses with a password inside.</summary>
    public static Uri? WebAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "https" or "http") && address.UserInfo.Length == 0)
            return address;
        result.AddError("--org: expected an address such as https://login.salesforce.com, found something else.");
        return null;
    }

    private static bool IsNumber(OptionResult result, out double number)
    {
        number = 0;
        return result.Tokens is [{ Value: var text }] && double.TryParse(text, CultureInfo.InvariantCulture, out number);
    }
}
