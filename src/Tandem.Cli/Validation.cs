using System.CommandLine.Parsing;

namespace Tandem.Cli;

/// <summary>Checks of option values that the parser's types cannot express; each failure is a sentence.</summary>
internal static class Validation
{
    public static Action<OptionResult> AtLeast(int least) => result =>
    {
        if (result.GetValueOrDefault<int>() < least)
            result.AddError($"{result.Option.Name}: expected {least} or more, found {result.Tokens[0].Value}.");
    };

    public static void Seconds(OptionResult result)
    {
        if (result.GetValueOrDefault<double>() is not (>= 0 and <= 3_600))
            result.AddError($"{result.Option.Name}: expected 0 to 3600 seconds, found {result.Tokens[0].Value}.");
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

    public static void Port(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() is < 0 or > 65_535)
            result.AddError($"{result.Option.Name}: expected 0 to 65535, found {result.Tokens[0].Value}.");
    }
}
