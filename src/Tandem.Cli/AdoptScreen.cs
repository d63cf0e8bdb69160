using System.Globalization;
using Spectre.Console;
using Tandem.Server.Adopt;
using Tandem.Sync.Adopt;

namespace Tandem.Cli;

/// <summary>The plan of an adoption as a person reads it, in lines of at most 80 columns, and what came of it.</summary>
internal static class AdoptScreen
{
    private const int Width = 80;
    private const string Indent = "            ";

    /// <param name="isServed">A server has carried it out, and goes on with it.</param>
    public static void Show(IAnsiConsole console, AdoptionView plan, bool isServed)
    {
        console.WriteLine($"Schema {plan.Schema}, org {plan.OrganizationId}");
        if (!plan.NothingToDo)
        {
            List(console, "replaced", plan.Replaced);
            List(console, "added", plan.Added);
        }

        List(console, "note", plan.Notes);
        foreach (var table in plan.Tables)
        {
            console.WriteLine();
            console.WriteLine(Title(plan.Schema, table));
            if (table.Rows is not null)
                List(console, "rows", [.. Count(table)]);
            List(console, "kept", table.Kept);
            List(console, "replaced", table.Replaced);
            List(console, "added", table.Added);
            List(console, "note", table.Notes);
            List(console, "refused", table.Problems);
        }

        console.WriteLine();
        List(console, "left alone", plan.LeftAlone);
        if (plan.Reports.Count > 0)
            VerifyScreen.Show(console, plan.Reports);
        foreach (var line in Summarize(plan, isServed).SelectMany(sentence => Wrap(sentence, Width)))
            console.WriteLine(line);
    }

    /// <summary>Breaks at blanks; a word that is longer stays whole.</summary>
    internal static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    private static string Title(string schema, AdoptedTableView table) => table.Action switch
    {
        AdoptionAction.Done => $"{table.ObjectName} ({schema}.{table.Table}): kept in step already",
        AdoptionAction.Refuse => $"{table.ObjectName} ({schema}.{table.Table}): REFUSED",
        _ => $"{table.ObjectName} ({schema}.{table.Table}): {Access(table)}",
    };

    private static string Access(AdoptedTableView table) => table.Access is "read_write"
        ? $"read_write, {(table.UpsertField is { } unique ? $"unique identifier {unique}" : "no unique identifier")}"
        : "read_only";

    private static IEnumerable<string> Count(AdoptedTableView table)
    {
        var inOrg = table.SalesforceRecords is { } records ? $"; the org has {Number(records)}" : "";
        yield return $"{Number(table.Rows ?? 0)}, ids and sfids stay{inOrg}";
        if (table.Queued + table.UnderWay + table.Failed > 0)
        {
            yield return $"changes: {Number(table.Queued)} queued, {Number(table.UnderWay)} perhaps sent, {Number(table.Failed)} failed; "
                + "they stay";
        }

        if (table.Cursor is { } cursor)
            yield return $"reading goes on from {cursor.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
    }

    private static string[] Summarize(AdoptionView plan, bool isServed)
    {
        var adopted = plan.Tables.Count(table => table.Action == AdoptionAction.Adopt);
        if (plan.NothingToDo)
            return [$"Nothing is to be done: the schema {plan.Schema} is taken over already."];
        if (plan.Applied)
        {
            return
            [
                $"Took over {adopted} tables without a reload.",
                isServed ? "The server goes on with them." : $"Start the server: tandem serve --schema {plan.Schema}",
            ];
        }

        if (plan.Problems.Count > 0)
            return ["Nothing was changed."];
        return [$"{adopted} tables would be taken over{(plan.DryRun ? "; nothing was changed." : ".")}"];
    }

    private static void List(IAnsiConsole console, string word, IReadOnlyList<string> lines)
    {
        var label = $"  {word}";
        var parts = lines.SelectMany(
            line => Wrap(line, Width - Indent.Length - 2).Select((part, at) => at == 0 ? part : $"  {part}"));
        foreach (var line in parts)
        {
            console.WriteLine($"{label.PadRight(Indent.Length)}{line}");
            label = "";
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
