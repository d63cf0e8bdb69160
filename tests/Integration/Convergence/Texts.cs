using System.Globalization;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>Values that a row may hold, of which a step's number picks one.</summary>
internal static class Texts
{
    private static readonly string?[] Long =
    [
        "plain", null, "two\nlines", "a \"quoted\", comma", "", "\\N", "emoji \U0001F680 and \u00e9", "tab\there", "' or ''", "a\r\nb",
        string.Concat(Enumerable.Repeat("long text, ", 400)).TrimEnd(),
    ];

    private static readonly string[] Industries = ["Banking", "Energy", "Food & Beverage", "Media"];

    public static string? Description(int choice) => Long[choice % Long.Length];

    public static string Industry(int choice) => Industries[choice % Industries.Length];

    public static string Phone(int choice) => choice.ToString("+41 00000", CultureInfo.InvariantCulture);

    public static string Email(int choice) => FormattableString.Invariant($"p{choice}@example.com");

    public static string Day(int choice) =>
        new DateOnly(1700, 1, 1).AddDays(choice * 300).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
