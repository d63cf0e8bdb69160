using System.Globalization;
using Spectre.Console;
using Tandem.Sync.Verify;

namespace Tandem.Cli;

/// <summary>
/// The reports of verify as a person reads them: one line a mapping, narrow enough for 80 columns, then what was compared and the first
/// rows that differ.
/// </summary>
internal static class VerifyScreen
{
    private static readonly string[] Numbers = ["Salesforce", "Postgres", "Missing", "Surplus", "Stale", "Values", "Repaired"];

    public static void Show(IAnsiConsole console, IReadOnlyList<VerifyReport> reports)
    {
        var table = new Table().SimpleBorder().AddColumn(new TableColumn("Object").PadLeft(0).PadRight(0));
        foreach (var title in Numbers)
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap().PadLeft(1).PadRight(0));
        foreach (var report in reports)
        {
            table.AddRow(
                Markup.Escape(report.ObjectName),
                Screens.Number(report.SalesforceRows),
                Screens.Number(report.PostgresRows),
                Finding(report.Missing),
                Finding(report.Surplus),
                Finding(report.Stale),
                Finding(report.Value),
                Screens.Number(report.Repaired));
        }

        console.Write(table);
        console.WriteLine(Summarize(reports));
        foreach (var report in reports)
        {
            foreach (var line in report.Examples.Select(Describe).Concat(DescribeHeld(report)))
                console.WriteLine($"{report.ObjectName} {line}");
            var unnamed = report.Differences - report.Examples.Count;
            if (unnamed > 0)
                console.WriteLine($"{report.ObjectName}: {Screens.Number(unnamed)} more rows differ.");
        }
    }

    private static string Summarize(IReadOnlyList<VerifyReport> reports)
    {
        var level = $"{reports[0].Level}".ToLowerInvariant();
        var horizon = reports.Min(report => report.Horizon).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var seconds = reports.Sum(report => report.Seconds).ToString("0.0", CultureInfo.InvariantCulture);
        var calls = Screens.Number(reports.Sum(report => report.ApiCalls));
        return $"Compared by {level} what changed before {horizon} UTC; later changes are the polls'. "
            + $"It took {seconds} s and {calls} API calls.";
    }

    private static string Describe(Difference difference)
    {
        var what = difference.Kind switch
        {
            DifferenceKind.Missing => "is not in Postgres",
            DifferenceKind.Surplus => "is only in Postgres",
            DifferenceKind.Stale => $"is of another time ({string.Join(", ", difference.Columns)})",
            _ => $"has other values ({string.Join(", ", difference.Columns)})",
        };
        return $"{difference.Sfid} {what}{(difference.IsRepaired ? "; repaired" : "")}";
    }

    private static IEnumerable<string> DescribeHeld(VerifyReport report)
    {
        foreach (var sfid in report.HeldExamples)
            yield return $"{sfid} differs and was left alone, for a local change waits or an error stands in its row";
        var unnamed = report.HeldByQueue + report.HeldByWriteError + report.HeldByReadError - report.HeldExamples.Count;
        if (unnamed > 0)
            yield return $"has {Screens.Number(unnamed)} more rows that were left alone";
    }

    private static string Finding(long number) => number == 0 ? "0" : $"[red]{Screens.Number(number)}[/]";
}
