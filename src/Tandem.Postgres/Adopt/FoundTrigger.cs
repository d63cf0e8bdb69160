using System.Text.RegularExpressions;

namespace Tandem.Postgres.Adopt;

/// <summary>A trigger of a table and the function that it calls.</summary>
/// <param name="Source">The body of the function.</param>
public sealed partial record FoundTrigger(string Name, string FunctionSchema, string Function, string Source, bool IsEnabled)
{
    /// <summary>The function puts entries into the change log by itself.</summary>
    public bool WritesLog => LogInsert().IsMatch(Code);

    public bool SetsStatus => Code.Contains(ReservedNames.LastOperation, StringComparison.Ordinal);

    /// <summary>The words between quotation marks in the function, such as the state of a new entry.</summary>
    public bool Says(string word) => Code.Contains($"'{word}'", StringComparison.Ordinal);

    /// <summary>Comments tell nothing: a function may say there what it does not do.</summary>
    private string Code => Comment().Replace(Source, " ");

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"\binsert\s+into\s+(""?[^\s""(]+""?\.)?""?_trigger_log\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogInsert();
}
