using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Tandem.Server.Logs;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Server.Logs;

/// <summary>What a follower of a log gets when it is fast, slow, or comes back.</summary>
public sealed class LogStreamTests
{
    private static readonly LogFilter All = new(LogLevel.Trace, ObjectName: null);

    private readonly FakeTimeProvider _time = new();
    private readonly LogRing _ring = new(capacity: 3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_follower_is_told_how_many_entries_it_lost()
    {
        Add(5);

        (await ReadAsync(All, from: 1, until: "id: run-5")).ShouldBe(
            "event: lost\ndata: {\"lost\":1}\n\nid: run-3\ndata: 3\n\nid: run-4\ndata: 4\n\nid: run-5\ndata: 5\n\n");
    }

    [Fact]
    public async Task A_follower_that_comes_back_goes_on_where_it_was_and_after_a_new_start_gets_all_that_is_kept()
    {
        Add(3);
        var stream = new LogStream(_ring, All, "run", _time);

        stream.Find("run-2").ShouldBe(2);
        stream.Find("earlier-7").ShouldBe(0);
        stream.Find("run-99").ShouldBe(3);
        stream.Find(null).ShouldBeNull();
        stream.Find("nonsense").ShouldBeNull();
        (await ReadAsync(All, from: 2, until: "id: run-3")).ShouldBe("id: run-3\ndata: 3\n\n");
    }

    [Fact]
    public async Task Silence_is_broken_by_a_comment_and_then_by_what_comes()
    {
        using var body = new MemoryStream();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var running = Run(All, from: 0, body, stop.Token);
        await _time.WaitForTimersAsync(1, Cancelled);
        _time.Advance(LogStream.Heartbeat);
        await _time.WaitForTimersAsync(1, Cancelled);
        Add(1);
        await UntilAsync(body, "id: run-1");
        await stop.CancelAsync();
        await running;

        Text(body).ShouldBe(": the log of a connection\n\n: still there\n\nid: run-1\ndata: 1\n\n");
    }

    [Fact]
    public void A_tail_counts_only_what_passes_the_filter()
    {
        _ring.Add(LogLevel.Error, "Contact", "1"u8.ToArray());
        _ring.Add(LogLevel.Information, "Contact", "2"u8.ToArray());
        _ring.Add(LogLevel.Error, "Account", "3"u8.ToArray());

        _ring.FindTail(1, new LogFilter(LogLevel.Error, "CONTACT")).ShouldBe(0);
        _ring.FindTail(1, new LogFilter(LogLevel.Error, null)).ShouldBe(2);
        _ring.FindTail(0, All).ShouldBe(3);
        _ring.FindTail(9, All).ShouldBe(0);
        new LogRing(3).FindTail(9, All).ShouldBe(0);
    }

    private void Add(int count)
    {
        for (var number = 1; number <= count; number++)
            _ring.Add(LogLevel.Information, null, Encoding.UTF8.GetBytes($"{number}"));
    }

    private async Task<string> ReadAsync(LogFilter filter, long from, string until)
    {
        using var body = new MemoryStream();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var running = Run(filter, from, body, stop.Token);
        await UntilAsync(body, until);
        await stop.CancelAsync();
        await running;
        return Text(body).Replace(": the log of a connection\n\n", "", StringComparison.Ordinal);
    }

    private static Task UntilAsync(MemoryStream body, string text) => Eventually.BecomesTrueAsync(
        () => Text(body).Contains(text, StringComparison.Ordinal), $"{text} is sent", cancellationToken: Cancelled);

    private Task Run(LogFilter filter, long from, Stream body, CancellationToken cancellationToken)
    {
        var http = new DefaultHttpContext();
        http.Response.Body = body;
        return new LogStream(_ring, filter, "run", _time).RunAsync(http, from, cancellationToken);
    }

    private static string Text(MemoryStream body) => Encoding.UTF8.GetString(body.ToArray());
}
