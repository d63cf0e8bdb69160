using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>
/// The streaming API's address: takes arrays of Bayeux messages and answers with one array. A connect is held only when it comes alone,
/// so that the answers beside it do not wait. Source: salesforce-api.md, section 5.1.
/// </summary>
internal sealed class CometdEndpoints
{
    private const int MaxRequestBytes = 32_768;
    private const int FlushAt = 32 * 1024;

    private static readonly JsonWriterOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Org _org;
    private readonly EventBus _bus;
    private readonly SessionStore _sessions;
    private readonly CometdConversation _conversation;

    private CometdEndpoints(Org org, EventBus bus, SessionStore sessions, CancellationToken stopping)
    {
        _org = org;
        _bus = bus;
        _sessions = sessions;
        _conversation = new CometdConversation(org, bus, stopping);
    }

    /// <param name="stopping">Ends the connects that are held, so that the server can stop.</param>
    public static void Map(IEndpointRouteBuilder routes, Org org, EventBus bus, SessionStore sessions, CancellationToken stopping)
    {
        var endpoints = new CometdEndpoints(org, bus, sessions, stopping);
        routes.MapPost("/cometd/{version}", endpoints.RunAsync);
        routes.MapPost("/cometd/{version}/{**rest}", endpoints.RunAsync);
        routes.MapPost("/cometd", context => RefuseAsync(context, CometdErrors.VersionMissing));
    }

    private async Task RunAsync(HttpContext context)
    {
        if (!ApiVersions.TryParse(ApiRequest.RouteText(context, "version"), out var version))
        {
            await RefuseAsync(context, CometdErrors.VersionMissing);
            return;
        }

        if (await ReadAsync(context) is not { } messages)
        {
            await RefuseAsync(context, CometdErrors.NoMessage);
            return;
        }

        var bringsCookie = context.Request.Cookies.TryGetValue(CometdConversation.Cookie, out var browser);
        browser ??= NewCookie();
        var token = AccessToken.OfStreaming(context.Request);
        var session = token is null ? null : _sessions.Find(token);
        var replies = new List<CometdReply>(messages.Count);
        CometdMessage? connect = null;
        foreach (var message in messages)
        {
            var reply = _conversation.Answer(message, session, version, browser, bringsCookie);
            if (message.Channel == CometdConversation.Handshake && reply.IsSuccess)
                SetCookies(context.Response, bringsCookie ? null : browser);
            if (message.Channel == CometdConversation.Connect && reply.IsSuccess && connect is null)
                connect = message;
            else
                replies.Add(reply);
        }

        await AnswerAsync(context, replies, connect, token);
    }

    private async Task AnswerAsync(HttpContext context, List<CometdReply> replies, CometdMessage? connect, string? token)
    {
        var batch = connect is null ? null
            : await _conversation.HoldAsync(connect, replies.Count == 0, context.RequestAborted);
        try
        {
            // A session may end while its connect is held.
            if (batch is not null && (token is null || _sessions.Find(token) is null))
            {
                var refused = batch.Reply with { Error = CometdErrors.AuthenticationInvalid, Reconnect = "none", Timeout = null };
                batch = batch with { Events = [], Reply = refused };
            }

            await WriteAsync(context, replies, batch);
            batch?.Delivered();
        }
        finally
        {
            batch?.Client?.EndConnect();
        }
    }

    private async Task WriteAsync(HttpContext context, List<CometdReply> replies, CometdBatch? batch)
    {
        context.Response.ContentType = JsonAnswer.ContentType;
        var pipe = context.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(pipe, Json);
        writer.WriteStartArray();
        if (batch?.Client is { } client)
        {
            var access = _org.AccessOf(client.UserId);
            foreach (var (subscription, @event) in batch.Events)
            {
                CometdEventJson.Write(writer, @event, subscription, client, _bus, access);
                if (writer.BytesPending > FlushAt)
                    await FlushAsync(writer, pipe, context.RequestAborted);
            }
        }

        foreach (var reply in replies)
            reply.Write(writer);
        batch?.Reply.Write(writer);
        writer.WriteEndArray();
        await FlushAsync(writer, pipe, context.RequestAborted);
    }

    private static async ValueTask FlushAsync(Utf8JsonWriter writer, PipeWriter pipe, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken);
        await pipe.FlushAsync(cancellationToken);
    }

    /// <summary>The messages of the body, an array or a single one; null for what is neither.</summary>
    private static async Task<List<CometdMessage>?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxRequestBytes)
            throw TooLarge();
        using var body = MemoryPool<byte>.Shared.Rent(MaxRequestBytes + 1);
        var length = await context.Request.Body.ReadAtLeastAsync(body.Memory[..(MaxRequestBytes + 1)], MaxRequestBytes + 1, false,
            context.RequestAborted);
        if (length > MaxRequestBytes)
            throw TooLarge();
        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(body.Memory.Span[..length]);
            JsonElement[] items = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
            var messages = items.Select(CometdMessage.Read).OfType<CometdMessage>().ToList();
            return messages.Count == items.Length ? messages : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ApiException TooLarge() =>
        new(413, "REQUEST_ENTITY_TOO_LARGE", $"A request to the streaming API has at most {MaxRequestBytes} bytes.");

    private static Task RefuseAsync(HttpContext context, string error) => JsonAnswer.WriteAsync(context, 400, writer =>
    {
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("error", error);
        writer.WriteBoolean("successful", false);
        writer.WriteEndObject();
        writer.WriteEndArray();
    });

    private static string NewCookie() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static void SetCookies(HttpResponse response, string? browser)
    {
        if (browser is null)
            return;
        var options = new CookieOptions { Path = "/cometd/", HttpOnly = true };
        response.Cookies.Append(CometdConversation.Cookie, browser, options);
        response.Cookies.Append("sfdc-stream", NewCookie(), options);
        response.Cookies.Append("t", NewCookie(), options);
        response.Cookies.Append("BrowserId", NewCookie(), new CookieOptions { Path = "/" });
    }
}
