using System.Text.RegularExpressions;

namespace Tandem.Sync.Diagnose;

/// <summary>The words of a mapping's filter, its texts left out: names of fields, operators, date words.</summary>
internal static partial class FilterWords
{
    public static IReadOnlyList<string> Of(string filter) =>
    [
        .. Word().Matches(Literal().Replace(filter, " "))
            .Select(match => match.Value)
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>A date that is reckoned from today. Source: salesforce-api.md, section 4.</summary>
    public static bool MovesByItself(string word) => DateWord().IsMatch(word);

    [GeneratedRegex(@"'(?:\\.|[^'\\])*'", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b[A-Za-z][A-Za-z0-9_.]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(YESTERDAY|TODAY|TOMORROW|((LAST|THIS|NEXT)_(N_DAYS|N_WEEKS|N_MONTHS|N_QUARTERS|N_YEARS|90_DAYS|WEEK|MONTH|QUARTER|YEAR"
        + @"|N_FISCAL_QUARTERS|N_FISCAL_YEARS|FISCAL_QUARTER|FISCAL_YEAR))|N_\w+_AGO)$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateWord();
}
