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

    public static void Port(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() is < 0 or > 65_535)
            result.AddError($"{result.Option.Name}: expected 0 to 65535, found {result.Tokens[0].Value}.");
    }
}
