using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>The conversation of the streaming API. Source: salesforce-api.md, sections 5.1, 5.2 and 5.4.</summary>
public sealed class CometdTests(TestOrg org)
{
    private const string Channel = "/data/ChangeEvents";

    [Theory]
    [InlineData("OAuth ")]
    [InlineData("Bearer ")]
    [InlineData("")]
    public async Task Shakes_hands_with_every_spelling_of_a_token(string scheme)
    {
        using var client = StreamingClient.Of(org, scheme);
        var reply = await client.HandshakeAsync();
        reply.GetProperty("successful").GetBoolean().ShouldBeTrue(reply.ToString());
        reply.GetProperty("channel").GetString().ShouldBe("/meta/handshake");
        reply.GetProperty("id").GetString().ShouldBe("1");
        reply.GetProperty("version").GetString().ShouldBe("1.0");
        reply.GetProperty("clientId").GetString().ShouldNotBeNullOrEmpty();
        reply.GetProperty("ext").GetProperty("replay").GetBoolean().ShouldBeTrue();
        StreamingClient.Texts(reply.GetProperty("supportedConnectionTypes")).ShouldBe(["long-polling"]);
    }

    [Fact]
    public async Task Answers_the_first_connect_at_once_when_the_client_asks_for_it_and_advises_how_to_go_on()
    {
        using var client = StreamingClient.Of(org);
        await client.HandshakeAsync();
        var reply = await client.ConnectAsync(timeout: 0);
        reply.GetProperty("successful").GetBoolean().ShouldBeTrue();
        reply.GetProperty("advice").GetProperty("reconnect").GetString().ShouldBe("retry");
        reply.GetProperty("advice").GetProperty("timeout").GetInt32().ShouldBe(110_000);
        reply.GetProperty("advice").GetProperty("interval").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Accepts_a_slash_at_the_end_of_the_address()
    {
        using var client = StreamingClient.Of(org);
        client.Path = "/cometd/58.0/";
        (await client.HandshakeAsync()).GetProperty("successful").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Replies_to_all_messages_of_an_array_without_holding_the_connect_among_them()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        var replies = await client.SendAsync(JsonSerializer.Serialize(new object[]
        {
            new { channel = "/meta/connect", clientId = client.ClientId, connectionType = "long-polling", id = "a" },
            new { channel = "/meta/subscribe", clientId = client.ClientId, subscription = Channel, id = "b" },
        }));
        replies.Select(reply => reply.GetProperty("id").GetString()).ShouldBe(["a", "b"], ignoreOrder: true);
        replies.ShouldAllBe(reply => reply.GetProperty("successful").GetBoolean());
    }

    [Fact]
    public async Task Denies_the_handshake_to_a_bad_token_and_says_why()
    {
        using var client = StreamingClient.Of(org.Http.BaseAddress.ShouldNotBeNull(), "OAuth 00Dxx0000001gER!nothing");
        var reply = await client.HandshakeAsync();
        reply.GetProperty("successful").GetBoolean().ShouldBeFalse();
        reply.GetProperty("error").GetString().ShouldNotBeNull().ShouldStartWith("403::Handshake denied");
        reply.GetProperty("ext").GetProperty("sfdc").GetProperty("failureReason").GetString().ShouldBe("401::Authentication invalid");
        reply.GetProperty("advice").GetProperty("reconnect").GetString().ShouldBe("none");
    }

    [Theory]
    [InlineData("/meta/connect", "401::Authentication invalid")]
    [InlineData("/meta/subscribe", "401::Request requires authentication")]
    public async Task Asks_for_a_session_on_every_request(string channel, string error)
    {
        using var client = StreamingClient.Of(org.Http.BaseAddress.ShouldNotBeNull(), null);
        var reply = await client.SendOneAsync(new { channel, clientId = "x", subscription = Channel });
        reply.GetProperty("error").GetString().ShouldBe(error);
        reply.GetProperty("advice").GetProperty("reconnect").GetString().ShouldBe("none");
    }

    [Fact]
    public async Task Sends_an_unknown_client_to_the_handshake()
    {
        using var client = StreamingClient.Of(org);
        await client.HandshakeAsync();
        client.ClientId = "41nobody";
        var reply = await client.ConnectAsync(timeout: 0);
        reply.GetProperty("error").GetString().ShouldNotBeNull().ShouldStartWith("403::Unknown client");
        reply.GetProperty("advice").GetProperty("reconnect").GetString().ShouldBe("handshake");
    }

    [Fact]
    public async Task Forgets_a_client_that_disconnects()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        var left = await client.SendOneAsync(new { channel = "/meta/disconnect", clientId = client.ClientId });
        left.GetProperty("successful").GetBoolean().ShouldBeTrue();
        (await client.ConnectAsync(timeout: 0)).GetProperty("error").GetString().ShouldNotBeNull().ShouldStartWith("403::Unknown client");
    }

    [Fact]
    public async Task Wants_the_cookie_of_the_handshake_back()
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        using var stranger = StreamingClient.Of(org);
        stranger.ClientId = client.ClientId;
        var reply = await stranger.SubscribeAsync(Channel);
        reply.GetProperty("error").GetString().ShouldNotBeNull().ShouldStartWith("400::");
        reply.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("cookie");
    }

    [Theory]
    [InlineData("/topic/NoSuchTopicAnywhere", "400::")]
    [InlineData("/data/NoSuchObjectChangeEvent", "400::")]
    [InlineData("/event/No_Such_Event__e", "400::")]
    [InlineData("data/ChangeEvents", "400::")]
    [InlineData("", "400::Channel name not specified")]
    [InlineData("/meta/subscribe", "403::Restricted channel")]
    [InlineData("/elsewhere/x", "403::Cannot create channel")]
    public async Task Refuses_channels_that_are_not_there(string channel, string error)
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        var reply = await client.SubscribeAsync(channel);
        reply.GetProperty("successful").GetBoolean().ShouldBeFalse();
        reply.GetProperty("error").GetString().ShouldNotBeNull().ShouldStartWith(error);
    }

    [Theory]
    [InlineData(17)]
    [InlineData("17")]
    [InlineData(-3)]
    [InlineData("soon")]
    public async Task Refuses_a_replay_id_that_it_never_issued(object replayId)
    {
        using var client = await StreamingClient.Of(org).ConnectedAsync();
        var reply = await client.SubscribeAsync(Channel, replayId);
        reply.GetProperty("error").GetString().ShouldBe($"400::The replayId {replayId} you provided was invalid. "
            + "Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.");
    }

    [Fact]
    public async Task Answers_a_probe_by_GET_at_once()
    {
        using var client = StreamingClient.Of(org);
        ((int)await client.GetStatusAsync()).ShouldBeInRange(400, 499);
    }

    [Fact]
    public async Task Refuses_a_request_over_32768_bytes()
    {
        using var client = StreamingClient.Of(org);
        var (status, _) = await client.PostAsync($"[{{\"channel\":\"/meta/handshake\",\"id\":\"{new string('x', 32_768)}\"}}]");
        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Says_that_the_address_needs_a_version()
    {
        using var client = StreamingClient.Of(org);
        client.Path = "/cometd";
        var (status, text) = await client.PostAsync("[{\"channel\":\"/meta/handshake\"}]");
        ((int)status).ShouldBe(400);
        text.ShouldContain("400::API version in the URI is mandatory. URI format: '/cometd/NN.0'");
    }
}
