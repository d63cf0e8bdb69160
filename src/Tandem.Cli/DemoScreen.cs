using System.Globalization;
using Spectre.Console;
using Tandem.Server.Demo;
using Tandem.Sync.Running;

namespace Tandem.Cli;

/// <summary>
/// What a person sees of the demo: how to look at both ends, and a table that follows the sync. Plain lines when there is no terminal.
/// </summary>
internal sealed class DemoScreen(IAnsiConsole console, TimeProvider timeProvider, string token, bool isLive)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    /// <summary>Shows until cancelled.</summary>
    public async Task ShowAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]Postgres[/]    psql \"{world.DatabaseUrl}\"");
        console.MarkupLineInterpolated($"[bold]Salesforce[/]  {world.OrgUrl}");
        if (world.ApiUrl is { } api)
            console.MarkupLineInterpolated($"[bold]API[/]         curl -H 'Authorization: Bearer {token}' '{api}connections?app=demo'");
        console.MarkupLine("[bold]Try[/]         insert into salesforce.contact (lastname, email) values ('Ada', 'ada@demo.test');");
        console.MarkupLine("[grey]Stop with Ctrl-C.[/]");
        console.WriteLine();
        if (isLive && console.Profile.Capabilities.Ansi && !Console.IsOutputRedirected)
            await ShowTableAsync(world, cancellationToken);
        else
            await ShowLinesAsync(world, cancellationToken);
    }

    private Task ShowTableAsync(DemoWorld world, CancellationToken cancellationToken) =>
        console.Live(BuildTable([])).StartAsync(async live =>
        {
            await EachRefreshAsync(async () =>
            {
                live.UpdateTarget(await ReadAsync(world, cancellationToken) is { } statuses
                    ? BuildTable(statuses)
                    : new Text(DescribeRest(world)));
                live.Refresh();
            }, cancellationToken);
        });

    private Task ShowLinesAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var last = "";
        return EachRefreshAsync(async () =>
        {
            var line = await ReadAsync(world, cancellationToken) is { } statuses
                ? string.Join("; ", statuses.Select(Describe))
                : DescribeRest(world);
            if (line != last)
                console.WriteLine(last = line);
        }, cancellationToken);
    }

    /// <returns>Null while the connection is not at work, or ends its work just now.</returns>
    private static async Task<IReadOnlyList<MappingStatus>?> ReadAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        try
        {
            return world.Connection.Host is { } host ? await host.ReadStatusAsync(cancellationToken) : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private static string DescribeRest(DemoWorld world)
    {
        var (state, sentence) = world.Connection.Standing;
        return sentence ?? $"The connection rests: {state}.";
    }

    private async Task EachRefreshAsync(Func<Task> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Refresh, timeProvider);
        do
            await show();
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private Table BuildTable(IReadOnlyList<MappingStatus> statuses)
    {
        var table = new Table().RoundedBorder()
            .AddColumn("Object")
            .AddColumn("State")
            .AddColumn(new TableColumn("Postgres rows").RightAligned())
            .AddColumn(new TableColumn("Salesforce rows").RightAligned())
            .AddColumn(new TableColumn("Queued").RightAligned())
            .AddColumn(new TableColumn("Errors").RightAligned())
            .AddColumn(new TableColumn("Last change").RightAligned());
        foreach (var status in statuses)
        {
            table.AddRow(
                Markup.Escape(status.ObjectName),
                DescribeState(status),
                Screens.Number(status.DatabaseRows),
                DescribeOrg(status),
                Screens.Number(status.Queued),
                status.Failed == 0 ? "0" : $"[red]{Screens.Number(status.Failed)}[/]",
                DescribeAge(status.LastChange));
        }

        return table;
    }

    private static string DescribeState(MappingStatus status) =>
        status.Trouble is { } trouble ? $"[yellow]{Markup.Escape(trouble)}[/]" : Describe(status, StateWords.Of(status.State));

    /// <summary>A load tells how far it has come.</summary>
    private static string Describe(MappingStatus status, string state) => status is { RowsPerSecond: { } rate, RowsToLoad: { } total }
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{state}, {100.0 * status.DatabaseRows / Math.Max(1, total):0} % at {rate:N0}/s, {DescribeLeft(status.TimeLeft)} left")
        : state;

    private static string DescribeLeft(TimeSpan? left) =>
        left is not { } time ? "?" : time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s" : $"{Math.Ceiling(time.TotalMinutes):0} min";

    private string DescribeAge(DateTimeOffset? at)
    {
        if (at is not { } moment)
            return "-";
        var age = timeProvider.GetUtcNow() - moment;
        return age < Refresh ? "now" : age.TotalMinutes < 1 ? $"{age.TotalSeconds:0} s ago" : $"{age.TotalMinutes:0} min ago";
    }

    private static string Describe(MappingStatus status) =>
        $"{status.ObjectName} {Describe(status, StateWords.Of(status.State))}: "
        + $"{Screens.Number(status.DatabaseRows)} of {DescribeOrg(status)} rows, "
        + $"{Screens.Number(status.Queued)} queued, {Screens.Number(status.Failed)} errors";

    private static string DescribeOrg(MappingStatus status) => status.SalesforceRows is { } rows ? Screens.Number(rows) : "?";
}
