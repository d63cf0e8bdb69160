using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tandem.Cli;

/// <summary>
/// Options that take a whole number; what is none, or lies outside the bounds, is refused with a sentence that names both.
/// </summary>
internal static class WholeNumber
{
    public const int HighestPort = 65_535;

    public static Option<int> Option(string name, string description, int least, int byDefault) =>
        Option(name, description, least, int.MaxValue, byDefault);

    public static Option<int> Option(string name, string description, int least, int most, int byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Parse(name, result, least, most) ?? 0,
    };

    /// <summary>An option whose default depends on others; the description tells it.</summary>
    public static Option<int?> OptionWithoutDefault(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(name, result, least, most),
    };

    private static int? Parse(string name, ArgumentResult result, int least, int most)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "nothing";
        if (
            int.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        var expected = most == int.MaxValue ? $"a whole number of {least} or more" : $"a whole number from {least} to {most}";
        result.AddError($"{name}: expected {expected}, found {text}.");
        return null;
    }
}
