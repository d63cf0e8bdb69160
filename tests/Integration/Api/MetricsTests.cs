using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
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
    public async Task A_stranger_sees_no_connection_and_nobody_nothing()
    {
        await using var world = await ApiWorld.StartAsync();

        (await world.GetTextAsync("/metrics", world.Stranger)).ShouldNotContain("salesforce\"");
        await world.AskAsync(HttpMethod.Get, "/metrics", HttpStatusCode.Unauthorized, token: null);
    }

    [GeneratedRegex(@"^[a-z_]+(\{[a-z]+=""[^""]*""(,[a-z]+=""[^""]*"")*\})? -?[0-9.eE+-]+$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sample();
}
