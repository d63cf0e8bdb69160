using System.Net;
using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>A Bayeux client as small as one can be: it sends what a test says and keeps the events that come along with connects.
/// Source: salesforce-api.md, section 5.2.</summary>
public sealed class StreamingClient : IDisposable
{
    private readonly HttpClient _http;
    private int _lastId;

    private StreamingClient(Uri address, string? authorization)
    {
        _http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = address };
        if (authorization is not null)
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization).ShouldBeTrue();
    }

    public string Path { get; set; } = "/cometd/67.0";

    public string? ClientId { get; set; }

    /// <summary>The data messages that have come and were not taken yet.</summary>
    public Queue<JsonElement> Events { get; } = new();

    public static StreamingClient Of(IOrg org, string scheme = "OAuth ") => new(
        org.Http.BaseAddress.ShouldNotBeNull(), scheme + org.Http.DefaultRequestHeaders.Authorization.ShouldNotBeNull().Parameter);

    public static StreamingClient Of(SimulatorServer server, string? userId = null) =>
        new(server.BaseAddress, "OAuth " + server.Sessions.Issue(userId ?? server.Org.AdminUserId).AccessToken);

    public static StreamingClient Of(Uri address, string? authorization) => new(address, authorization);

    /// <summary>Shakes hands and connects once, as clients do before they subscribe.</summary>
    public async Task<StreamingClient> ConnectedAsync()
    {
        var handshake = await HandshakeAsync();
        handshake.GetProperty("successful").GetBoolean().ShouldBeTrue(handshake.ToString());
        var connect = await ConnectAsync(timeout: 0);
        connect.GetProperty("successful").GetBoolean().ShouldBeTrue(connect.ToString());
        return this;
    }

    public async Task<JsonElement> HandshakeAsync()
    {
        var reply = await SendOneAsync(new
        {
            channel = "/meta/handshake",
            version = "1.0",
            minimumVersion = "1.0",
            supportedConnectionTypes = new[] { "long-polling" },
            ext = new { replay = true },
            id = NextId(),
        });
        ClientId = reply.TryGetProperty("clientId", out var id) ? id.GetString() : null;
        return reply;
    }

    public Task<JsonElement> ConnectAsync(int? timeout = null) => SendOneAsync(timeout is null
        ? new { channel = "/meta/connect", clientId = ClientId, connectionType = "long-polling", id = NextId() }
        : new { channel = "/meta/connect", clientId = ClientId, connectionType = "long-polling", id = NextId(), advice = new { timeout } });

    public Task<JsonElement> SubscribeAsync(string channel, object? replayFrom = null)
    {
        var replay = new Dictionary<string, object> { [channel] = replayFrom ?? -1 };
        return SendOneAsync(
            new { channel = "/meta/subscribe", clientId = ClientId, subscription = channel, ext = new { replay }, id = NextId() });
    }

    public async Task SubscribedAsync(string channel, object? replayFrom = null)
    {
        var reply = await SubscribeAsync(channel, replayFrom);
        reply.GetProperty("successful").GetBoolean().ShouldBeTrue(reply.ToString());
        reply.GetProperty("subscription").GetString().ShouldBe(channel);
    }

    /// <summary>The next event that a test means, connecting until it has come; the others are passed over.</summary>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool>? isMeant = null)
    {
        while (true)
        {
            while (Events.TryDequeue(out var found))
            {
                if (isMeant?.Invoke(found) != false)
                    return found;
            }

            var reply = await ConnectAsync();
            reply.GetProperty("successful").GetBoolean().ShouldBeTrue(reply.ToString());
        }
    }

    /// <summary>The next change event that names a record.</summary>
    public Task<JsonElement> NextChangeOfAsync(string recordId) => NextAsync(found => RecordIds(found).Contains(recordId));

    public static IReadOnlyList<string> RecordIds(JsonElement found) =>
        [.. HeaderOf(found).GetProperty("recordIds").EnumerateArray().Select(id => id.GetString().ShouldNotBeNull())];

    public static JsonElement HeaderOf(JsonElement found) => PayloadOf(found).GetProperty("ChangeEventHeader");

    public static JsonElement PayloadOf(JsonElement found) => found.GetProperty("data").GetProperty("payload");

    public static long ReplayIdOf(JsonElement found) => found.GetProperty("data").GetProperty("event").GetProperty("replayId").GetInt64();

    public static IReadOnlyList<string> Texts(JsonElement array) =>
        [.. array.EnumerateArray().Select(item => item.GetString().ShouldNotBeNull())];

    /// <summary>Sends one message, keeps the events of the answer and gives the reply.</summary>
    public async Task<JsonElement> SendOneAsync(object message)
    {
        var replies = await SendAsync(JsonSerializer.Serialize(new[] { message }));
        return replies.ShouldHaveSingleItem();
    }

    public async Task<IReadOnlyList<JsonElement>> SendAsync(string json)
    {
        var (status, text) = await PostAsync(json);
        status.ShouldBe(HttpStatusCode.OK, text);
        var messages = JsonSerializer.Deserialize<JsonElement>(text).EnumerateArray().ToList();
        foreach (var message in messages.Where(IsEvent))
            Events.Enqueue(message);
        return messages.FindAll(message => !IsEvent(message));
    }

    public async Task<(HttpStatusCode Status, string Text)> PostAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(Path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task<HttpStatusCode> GetStatusAsync()
    {
        using var response = await _http.GetAsync(new Uri(Path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private static bool IsEvent(JsonElement message) => message.TryGetProperty("data", out _);

    private string NextId() => (++_lastId).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
