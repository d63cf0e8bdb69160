using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Server.Logs;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Unit.Server.Logs;

/// <summary>heroku-connect.md, section 14, and what each format makes of an entry.</summary>
public sealed class LogLineTests
{
    private static readonly Guid Connection = new("0198f2a0-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 0, 0, 250, TimeSpan.Zero);

    [Fact]
    public void An_entry_belongs_to_the_scope_it_was_written_in_and_knows_the_state_from_the_scope_around()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var outer = scopes.Push(new WorkScope(Connection, "salesforce") { ReadState = () => "IDLE" });
        using var inner = scopes.Push(new WorkScope(Connection, "salesforce"));

        var line = LineOf(scopes, "Polled", ("ObjectName", "Contact"), ("Changed", 3));

        line.ConnectionId.ShouldBe(Connection);
        line.State.ShouldBe("IDLE");
        line.ObjectName.ShouldBe("Contact");
        line.Category.ShouldBe("Poll");
    }

    [Fact]
    public void A_scope_of_another_kind_tells_nothing_of_a_connection()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object?>(StringComparer.Ordinal) { ["ConnectionId"] = "0HN1" });

        LineOf(scopes, "Something").ConnectionId.ShouldBeNull();
    }

    [Fact]
    public void Json_holds_the_named_fields_by_their_types()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new WorkScope(Connection, "salesforce") { ReadState = () => "IDLE" });

        var json = LogJson.Write(LineOf(scopes, "LogPolledSoon", ("ObjectName", "Contact"), ("Changed", 3), ("Took", null)));

        JsonNode.Parse(json)?.ToJsonString().ShouldBe(
            """
            {"timestamp":"2026-01-31T12:00:00.250Z","level":"info","category":"Poll","event":"polled_soon","message":"a sentence",
            "connection_id":"0198f2a0-0000-7000-8000-000000000001","connection":"salesforce","object":"Contact","state":"IDLE",
            "fields":{"object_name":"Contact","changed":3,"took":null}}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public void Logfmt_begins_with_the_pairs_of_the_contract()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new WorkScope(Connection, "salesforce") { ReadState = () => "IDLE" });

        LogfmtText.Write(LineOf(scopes, "LogPolled", ("Changed", 3))).ShouldBe(
            "ts=2026-01-31T12:00:00.250Z event=\"a sentence\" addon_id=0198f2a0-0000-7000-8000-000000000001 object_type=sync "
            + "object_id=0198f2a0-0000-7000-8000-000000000001 state=IDLE level=info category=Poll kind=polled connection=salesforce "
            + "field_changed=3");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("a=b", "\"a=b\"")]
    [InlineData("say \"no\"", "\"say \\\"no\\\"\"")]
    [InlineData("back\\slash", "\"back\\\\slash\"")]
    [InlineData("two\nlines\t", "\"two\\nlines\\t\"")]
    [InlineData("bell\a", "\"bell\\u0007\"")]
    public void Logfmt_quotes_what_would_be_read_otherwise(string value, string written) =>
        LogfmtText.Write(LineOf(null, "X", ("Value", value))).ShouldEndWith($" field_value={written}");

    [Fact]
    public void Text_is_one_line_whatever_a_sentence_holds()
    {
        var line = LineOf(null, "X") with { Message = "first\nlevel=error\u001b[2J", Exception = "a\nb" };

        PlainText.Write(line).ShouldBe("2026-01-31T12:00:00.250Z info: Poll first level=error [2J a b");
        Encoding.UTF8.GetString(LogJson.Write(line)).ShouldNotContain('\n');
        LogfmtText.Write(line).ShouldNotContain('\n');
    }

    [Fact]
    public void What_postgres_quotes_of_a_row_is_left_out()
    {
        var quoted = new PostgresException(
            "invalid input syntax for type integer: \"a-value\"",
            "ERROR",
            "ERROR",
            "22P02",
            detail: "a-value",
            where: "COPY t: \"a-value\"");

        var text = ExceptionText.Of(new InvalidOperationException("it failed", new AggregateException("a-value", quoted)));

        text.ShouldNotContain("a-value");
        text.ShouldContain("it failed");
        text.ShouldContain("22P02: invalid input syntax for type integer");
    }

    private static LogLine LineOf(IExternalScopeProvider? scopes, string eventName, params (string Name, object? Value)[] fields)
    {
        var state = fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
            .Append(KeyValuePair.Create<string, object?>("{OriginalFormat}", "a template")).ToList();
        var entry = new LogEntry<List<KeyValuePair<string, object?>>>(
            LogLevel.Information, "Tandem.Sync.Pull.Poll", new EventId(1, eventName), state, null, (_, _) => "a sentence");
        return LogLine.Of(entry, scopes, At);
    }
}
