using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>What a Prometheus server scrapes: its text format, and only what the token may see.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Rows_queues_and_calls_are_told_in_the_text_format()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 3);
        await world.UntilLoadedAsync();

        var lines = (await world.GetTextAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.ShouldAllBe(line => line.StartsWith("# HELP ", StringComparison.Ordinal)
            || line.StartsWith("# TYPE ", StringComparison.Ordinal)
            || Sample().IsMatch(line));
        lines.ShouldContain("""tandem_connection_state{connection="salesforce",state="Idle"} 1""");
        lines.ShouldContain("""tandem_postgres_rows{connection="salesforce",object="Contact"} 3""");
        lines.ShouldContain("""tandem_salesforce_rows{connection="salesforce",object="Contact"} 3""");
        lines.ShouldContain("""tandem_mapping_stopped{connection="salesforce",object="Contact"} 0""");
        var calls = lines.Single(line => line.StartsWith("tandem_api_calls_total{", StringComparison.Ordinal)).Split(' ')[1];
        double.Parse(calls, CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        lines.ShouldContain(line => line.StartsWith(
            """tandem_api_calls_by_work_total{connection="salesforce",object="Contact",kind="load"} """, StringComparison.Ordinal));
        lines.ShouldContain("""tandem_api_calls_limit{connection="salesforce"} 80000""");
        lines.ShouldContain("""tandem_api_calls_slowed{connection="salesforce"} 0""");
        lines.ShouldContain(line => line.StartsWith(
            """tandem_org_api_calls_remaining{connection="salesforce"} 99""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_sync_has_done_is_counted()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 3);
        await world.UntilLoadedAsync();

        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('counted')");

        // Other tests of this process count under the same schema, so that the sums are at least these.
        await SyncWorld.UntilAsync(
            async () => await SumAsync(world, "tandem_rows_loaded_total") >= 3 && await SumAsync(world, "tandem_changes_saved_total") >= 1,
            "both are counted");
    }

    private static async Task<double> SumAsync(ApiWorld world, string metric)
    {
        var start = $$"""{{metric}}{connection="salesforce",object="Contact"} """;
        var line = (await world.GetTextAsync("/metrics")).Split('\n')
            .FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? $"{start}0";
        return double.Parse(line[start.Length..], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_stranger_sees_no_connection_and_nobody_nothing()
    {
        await using var world = await ApiWorld.StartAsync();

        (await world.GetTextAsync("/metrics", world.Stranger)).ShouldNotContain("salesforce\"");
        await world.AskAsync(HttpMethod.Get, "/metrics", HttpStatusCode.Unauthorized, token: null);
    }

    [GeneratedRegex(@"^[a-z_]+(\{[a-z]+=""[^""]*""(,[a-z]+=""[^""]*"")*\})? -?[0-9.eE+-]+$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sample();
}
