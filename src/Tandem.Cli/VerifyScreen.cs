using System.Globalization;
using Spectre.Console;
using Tandem.Sync.Verify;

namespace Tandem.Cli;

/// <summary>The reports of verify as a person reads them: one line a mapping, then the first rows that differ.</summary>
internal static class VerifyScreen
{
    private static readonly string[] Numbers =
        ["Salesforce", "Postgres", "Missing", "Surplus", "Stale", "Values", "Left alone", "Repaired", "API calls", "Seconds"];

    public static void Show(IAnsiConsole console, IReadOnlyList<VerifyReport> reports)
    {
        var table = new Table().RoundedBorder().AddColumn("Object").AddColumn("Compared by");
        foreach (var title in Numbers)
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var report in reports)
        {
            table.AddRow(
                Markup.Escape(report.ObjectName),
                $"{report.Level}".ToLowerInvariant(),
                Number(report.SalesforceRows),
                Number(report.PostgresRows),
                Finding(report.Missing),
                Finding(report.Surplus),
                Finding(report.Stale),
                Finding(report.Value),
                Number(report.HeldByQueue + report.HeldByWriteError + report.HeldByReadError),
                Number(report.Repaired),
                Number(report.ApiCalls),
                report.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
        }

        console.Write(table);
        foreach (var report in reports)
        {
            foreach (var line in report.Examples.Select(Describe).Concat(DescribeHeld(report)))
                console.WriteLine($"{report.ObjectName} {line}");
            var unnamed = report.Differences - report.Examples.Count;
            if (unnamed > 0)
                console.WriteLine($"{report.ObjectName}: and {Number(unnamed)} more.");
        }
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
        return $"{difference.Sfid}: {what}{(difference.IsRepaired ? "; repaired" : "")}";
    }

    private static IEnumerable<string> DescribeHeld(VerifyReport report) =>
        report.HeldExamples.Select(sfid => $"{sfid}: differs and was left alone, for a local change waits or an error stands in its row");

    private static string Finding(long number) => number == 0 ? "0" : $"[red]{Number(number)}[/]";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
