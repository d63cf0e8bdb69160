using System.Net;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>Calls that go wrong on order, at every door. Source: salesforce-api.md, sections 0 and 12.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(503, "SERVER_UNAVAILABLE")]
    [InlineData(500, "UNKNOWN_EXCEPTION")]
    [InlineData(429, "REQUEST_LIMIT_EXCEEDED")]
    [InlineData(401, "INVALID_SESSION_ID")]
    public async Task Answers_an_error_in_the_shape_of_the_platform(int status, string code)
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Path = "*/limits", Kind = FaultKind.RestError, Status = status, Times = 1 });
        (await org.AskAsync("/limits")).ShouldBeError((HttpStatusCode)status, code);
        (await org.AskAsync("/limits")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Answers_a_page_as_the_edge_of_the_platform_does()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Kind = FaultKind.HtmlPage, Status = 502 });
        var answer = await org.AskAsync("/limits");
        answer.Status.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers["Content-Type"].ShouldStartWith("text/html");
        answer.Text.ShouldStartWith("<html>");
    }

    [Fact]
    public async Task Answers_without_a_body_and_with_headers_on_order()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule
        {
            Kind = FaultKind.Answer,
            Status = 420,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "7" },
        });
        var answer = await org.AskAsync("/limits");
        ((int)answer.Status).ShouldBe(420);
        answer.Text.ShouldBeEmpty();
        answer.Headers["Retry-After"].ShouldBe("7");
    }

    [Fact]
    public async Task A_connection_cut_before_handling_leaves_no_trace()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Method = "POST", Kind = FaultKind.CutBeforeHandling, Times = 1 });
        await Should.ThrowAsync<HttpRequestException>(() => org.CreateAsync("Account", """{"Name":"Cut before"}"""));
        (await CountAsync(org, "Cut before")).ShouldBe(0);
    }

    [Fact]
    public async Task A_connection_cut_after_the_commit_leaves_the_record()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Path = "*/sobjects/Account", Kind = FaultKind.CutBeforeAnswer, Times = 1 });
        await Should.ThrowAsync<HttpRequestException>(() => org.CreateAsync("Account", """{"Name":"Cut after"}"""));
        (await CountAsync(org, "Cut after")).ShouldBe(1);
        org.Server.Control.Calls.Entries.Single(call => call.Method == "POST").Status.ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_may_end_in_the_middle_of_its_body()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Path = "*/query", Kind = FaultKind.TruncateAnswer, Times = 1 });
        using var response = await org.Http.GetAsync("/services/data/v67.0/query?q=SELECT+Id+FROM+Account",
            HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var start = new byte[10];
        await body.ReadExactlyAsync(start, TestContext.Current.CancellationToken);
        start[0].ShouldBe((byte)'{');
        using var rest = new MemoryStream();
        await Should.ThrowAsync<IOException>(() => body.CopyToAsync(rest, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_result_page_may_end_early_in_good_order_under_the_headers_of_the_whole()
    {
        await using var org = await SimulatedOrg.StartAsync(new SimulatorOptions { Rows = 100 });
        var made = await org.SendAsync(
            HttpMethod.Post, "/jobs/query", """{"operation":"query","query":"SELECT Id FROM Account"}""");
        var results = $"/jobs/query/{made.Json.GetProperty("id").GetString()}/results";
        org.Server.Control.Faults.Add(new FaultRule { Path = "*/results", Kind = FaultKind.EndAnswerEarly, Times = 1 });

        var half = await org.AskAsync(results);
        var whole = await org.AskAsync(results);

        half.Status.ShouldBe(HttpStatusCode.OK);
        half.Text.ShouldBe(whole.Text[..(whole.Text.Length / 2)]);
        half.Headers["Sforce-NumberOfRecords"].ShouldBe(whole.Headers["Sforce-NumberOfRecords"]);
    }

    [Fact]
    public async Task Expiring_the_session_first_answers_401_until_a_new_sign_in()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Path = "*/limits", Kind = FaultKind.ExpireSession, Times = 1 });
        (await org.AskAsync("/limits")).ShouldBeError(HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
        (await org.AskAsync("/limits")).ShouldBeError(HttpStatusCode.Unauthorized, "INVALID_SESSION_ID");
    }

    [Fact]
    public async Task Waits_in_the_time_of_the_org()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Clock.Freeze();
        org.Server.Control.Faults.Add(new FaultRule { Path = "*/limits", Latency = TimeSpan.FromMinutes(3) });
        var slow = org.AskAsync("/limits");
        while (org.Server.Control.OpenCalls.Count == 0)
            await Task.Yield();
        slow.IsCompleted.ShouldBeFalse();
        (await org.PassAsync(slow, TimeSpan.FromMinutes(3))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Goes_wrong_after_some_calls_and_so_many_times()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var id = org.Server.Control.Faults.Add(new FaultRule { Path = "*/LIMITS", Kind = FaultKind.RestError, After = 1, Times = 2 });
        var statuses = new List<int>();
        for (var call = 0; call < 5; call++)
            statuses.Add((int)(await org.AskAsync("/limits")).Status);
        statuses.ShouldBe([200, 503, 503, 200, 200]);
        var report = org.Server.Control.Faults.List().Single();
        (report.Rule.Id, report.Matches, report.Hits).ShouldBe((id, 5, 2));
    }

    [Fact]
    public void A_rate_picks_the_same_calls_for_the_same_seed()
    {
        static string Picks(int seed)
        {
            var board = new FaultBoard();
            board.Add(new FaultRule { Rate = 0.3, Seed = seed, Kind = FaultKind.RestError });
            return string.Concat(Enumerable.Range(0, 200).Select(_ =>
            {
                var before = board.List()[0].Hits;
                board.Meets("GET", "/services/data");
                return board.List()[0].Hits > before ? 'x' : '.';
            }));
        }

        Picks(4).ShouldBe(Picks(4));
        Picks(4).ShouldNotBe(Picks(5));
        Picks(4).Count(letter => letter == 'x').ShouldBeInRange(30, 90);
    }

    [Fact]
    public async Task Every_door_has_them()
    {
        await using var org = await SimulatedOrg.StartAsync();
        org.Server.Control.Faults.Add(new FaultRule { Path = "/services/oauth2/token", Kind = FaultKind.HtmlPage, Status = 503 });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "password" });
        using var response = await org.Http.PostAsync("/services/oauth2/token", form, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private static async Task<int> CountAsync(SimulatedOrg org, string name) =>
        (await org.QueryAsync($"SELECT COUNT() FROM Account WHERE Name = '{name}'")).GetProperty("totalSize").GetInt32();
}
