using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>
/// Retries, time-outs, what is uncertain, and the shapes of errors. Source: architecture.md, "Parts that fail"; salesforce-api.md,
/// sections 0 and 9.1.
/// </summary>
public sealed class TransportTests
{
    private const string Limits = """{"DailyApiRequests":{"Max":15000,"Remaining":14998}}""";
    private const string Saved = """[{"id":"001Dp00000H8YVWIA3","success":true,"errors":[]}]""";

    private static readonly JsonObject[] OneRow = [new() { ["Name"] = "x" }];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(420)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Repeats_a_read_that_failed_in_passing(int status)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(status, "<html>busy</html>");
        org.AnswerByCut();
        org.Answer(200, Limits);
        var time = new FakeTime();
        using var client = org.Connect(time);
        await client.Limits.GetAsync(Cancellation);
        client.CallCount.ShouldBe(3);
        time.Delays.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Repeats_a_read_whose_answer_was_cut_in_its_middle()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(async context =>
        {
            context.Response.ContentLength = Limits.Length;
            await context.Response.WriteAsync(Limits[..10], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        org.Answer(200, Limits);
        using var client = org.Connect();
        (await client.Limits.GetAsync(Cancellation)).DailyApiRequests?.Max.ShouldBe(15000);
        org.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Backs_off_longer_each_time_and_gives_up_after_the_last_retry()
    {
        await using var org = await ScriptedOrg.StartAsync();
        for (var attempt = 0; attempt < 5; attempt++)
            org.Answer(503, """[{"errorCode":"SERVER_UNAVAILABLE","message":"busy"}]""", ("X-Request-Id", "r-1"));
        var time = new FakeTime();
        using var client = org.Connect(time);
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Limits.GetAsync(Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.ServerUnavailable);
        failure.Status.ShouldBe(503);
        failure.RequestId.ShouldBe("r-1");
        failure.IsUncertain.ShouldBeFalse();
        org.Requests.Count.ShouldBe(5);
        time.Delays.Count.ShouldBe(4);
        time.Delays.Sum(delay => delay.TotalSeconds).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Waits_as_long_as_the_answer_asks()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(503, "", ("Retry-After", "17"));
        org.Answer(503, "", ("Retry-After", "Thu, 01 Jan 2026 00:00:20 GMT"));
        org.Answer(200, Limits);
        var time = new FakeTime();
        using var client = org.Connect(time);
        await client.Limits.GetAsync(Cancellation);
        time.Delays.ShouldBe([TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(3)]);
    }

    [Fact]
    public async Task Hands_a_long_wait_to_the_caller()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(503, "", ("Retry-After", "3600"));
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Limits.GetAsync(Cancellation));
        failure.Code.ShouldBe("HTTP_503");
        failure.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        org.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, """[{"errorCode":"MALFORMED_QUERY","message":"unexpected token: 'X'"}]""", "MALFORMED_QUERY")]
    [InlineData(403, """[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]""", "REQUEST_LIMIT_EXCEEDED")]
    [InlineData(500, """[{"errorCode":"QUERY_TIMEOUT","message":"Your query request was running for too long."}]""", "QUERY_TIMEOUT")]
    [InlineData(400, """{"exceptionCode":"InvalidBatch","exceptionMessage":"x"}""", "InvalidBatch")]
    [InlineData(403, """{"error":"inactive_user","error_description":"x"}""", "inactive_user")]
    [InlineData(404, "<html><body>Not here</body></html>", "HTTP_404")]
    [InlineData(403, "Bad_OAuth_Token", "HTTP_403")]
    [InlineData(400, "", "HTTP_400")]
    [InlineData(400, "[]", "HTTP_400")]
    [InlineData(400, """[{"errorCode":""", "HTTP_400")]
    [InlineData(302, "", "HTTP_302")]
    public async Task Reads_each_shape_of_error_and_repeats_none(int status, string body, string code)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(status, body);
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Limits.GetAsync(Cancellation));
        failure.Code.ShouldBe(code);
        failure.Status.ShouldBe(status);
        failure.Message.ShouldStartWith($"{org.Url.Authority} answered GET /services/data/v67.0/limits with {status} {code}");
        org.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keeps_salesforces_words_out_of_the_message()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(400, """[{"errorCode":"INVALID_FIELD","message":"WHERE Name = 'Secret Ltd'"}]""");
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(
            () => client.Soql.CountAsync("SELECT COUNT() FROM Account", Cancellation));
        failure.ToString().ShouldNotContain("Secret");
        failure.Detail.ShouldBe("WHERE Name = 'Secret Ltd'");
    }

    [Fact]
    public async Task A_write_cut_after_it_was_received_is_uncertain_and_sent_once()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, Saved);
        org.AnswerByCut();
        org.Answer(200, Saved);
        using var client = org.Connect();

        // The second call goes over the first one's connection, where a client is tempted to try again.
        await client.Records.CreateAsync("Account", OneRow, Cancellation);
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Records.CreateAsync("Account", OneRow, Cancellation));

        failure.Code.ShouldBe(SalesforceErrorCodes.Unreachable);
        failure.IsUncertain.ShouldBeTrue();
        failure.Status.ShouldBeNull();
        org.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_write_to_a_host_that_refuses_the_connection_was_certainly_not_sent()
    {
        await using var org = await ScriptedOrg.StartAsync();
        var closed = ClosedPort();
        org.TokenAnswer = (context, _) => context.Response.WriteAsync(
            ScriptedOrg.TokenBody(new Uri($"http://127.0.0.1:{closed}"), "token-1"), context.RequestAborted);
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Records.CreateAsync("Account", OneRow, Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.Unreachable);
        failure.IsUncertain.ShouldBeFalse();
        failure.Message.ShouldStartWith($"127.0.0.1:{closed} cannot be reached");
    }

    [Fact]
    public async Task A_write_whose_sign_in_fails_was_certainly_not_sent()
    {
        using var client = new SalesforceClient(
            new SalesforceOptions { LoginUrl = new Uri($"http://127.0.0.1:{ClosedPort()}") },
            OAuthGrant.ClientCredentials("c", "s"),
            new FakeTime(),
            NullLoggerFactory.Instance);
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Records.CreateAsync("Account", OneRow, Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.Unreachable);
        failure.IsUncertain.ShouldBeFalse();
    }

    [Theory]
    [InlineData(500, """[{"errorCode":"UNKNOWN_EXCEPTION","message":"x"}]""", false)]
    [InlineData(503, """[{"errorCode":"SERVER_UNAVAILABLE","message":"x"}]""", false)]
    [InlineData(500, "<html>oops</html>", true)]
    [InlineData(502, "", true)]
    [InlineData(504, "", true)]
    [InlineData(429, "", false)]
    [InlineData(200, "<html>a proxy's page</html>", true)]
    [InlineData(200, "[]", true)]
    public async Task A_write_is_uncertain_when_the_answer_is_not_salesforces(int status, string body, bool isUncertain)
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(status, body);
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Records.CreateAsync("Account", OneRow, Cancellation));
        failure.IsUncertain.ShouldBe(isUncertain);
        org.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_write_that_times_out_is_uncertain()
    {
        await using var org = await ScriptedOrg.StartAsync();
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        org.Answer(async context =>
        {
            received.SetResult();
            await ScriptedOrg.HoldAsync(context);
        });
        var time = new FakeTime();
        using var client = org.Connect(time);
        var call = client.Records.CreateAsync("Account", OneRow, Cancellation);
        await received.Task.WaitAsync(Cancellation);
        time.Advance(TimeSpan.FromSeconds(120));
        var failure = await Should.ThrowAsync<SalesforceException>(() => call);
        failure.Code.ShouldBe(SalesforceErrorCodes.Timeout);
        failure.IsUncertain.ShouldBeTrue();
        org.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_call_ends_as_cancelled()
    {
        await using var org = await ScriptedOrg.StartAsync();
        using var stop = new CancellationTokenSource();
        org.Answer(async context =>
        {
            await stop.CancelAsync();
            await ScriptedOrg.HoldAsync(context);
        });
        using var client = org.Connect();
        await Should.ThrowAsync<OperationCanceledException>(() => client.Limits.GetAsync(stop.Token));
        org.Requests.Count.ShouldBe(1);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}
