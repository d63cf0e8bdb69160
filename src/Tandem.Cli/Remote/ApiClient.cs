using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Remote;

/// <summary>Speaks to a server's REST API and turns its refusals into sentences.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>How the API spells members and words.</summary>
    public static readonly JsonSerializerOptions Spelling = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly Uri _server;

    public ApiClient(Uri server, string token)
    {
        _server = server;
        _http.BaseAddress = server;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, body: null, cancellationToken);

    public Task<string> GetTextAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, body: null, (_, text) => text, cancellationToken);

    /// <returns>The answer; an empty object where there is none.</returns>
    /// <exception cref="ConfigurationException">The server cannot be reached, or refuses; the sentences are its own.</exception>
    public Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body?.ToJsonString(), (_, text) => Parse(text), cancellationToken);

    /// <summary>Asks for something that takes its time.</summary>
    /// <param name="body">JSON text; null for none.</param>
    /// <returns>Where to ask what became of it.</returns>
    /// <exception cref="ConfigurationException">As above.</exception>
    public Task<string> BeginAsync(string path, string? body, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post,
        path,
        body,
        (answer, _) => answer.Headers.Location?.OriginalString
            ?? throw new ConfigurationException($"The server {_server} does not tell where to ask for the outcome; it is too old."),
        cancellationToken);

    /// <summary>Waits for the result of a run of version 1, whose beginning was answered with the address of it.</summary>
    /// <exception cref="ConfigurationException">As above.</exception>
    public async Task<JsonNode> FinishAsync(JsonNode begun, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (true)
        {
            if (await GetAsync($"{begun["result_url"]}", cancellationToken) is JsonObject { Count: > 0 } result)
                return result;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, string? body, Func<HttpResponseMessage, string, T> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return answer.IsSuccessStatusCode
                ? read(answer, text)
                : throw Refusal(answer, text);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            // What is wrong with a certificate stands one level below.
            var cause = exception.InnerException as AuthenticationException ?? exception;
            throw new ConfigurationException($"The server {_server} cannot be asked: {cause.Message}", exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException($"The server {_server} does not answer.", exception);
        }
    }

    /// <summary>Server-sent events until the server ends them.</summary>
    /// <param name="lastEventId">The last event that was seen; null for none.</param>
    /// <exception cref="ConfigurationException">The server refuses; the sentence is its own.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached now, or it is being started.</exception>
    /// <exception cref="IOException">The line broke.</exception>
    public async IAsyncEnumerable<SseItem<string>> FollowAsync(
        string path, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.RelativeOrAbsolute));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if ((int)answer.StatusCode >= 500)
            answer.EnsureSuccessStatusCode();
        if (!answer.IsSuccessStatusCode)
        {
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw Refusal(answer, text);
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return item;
    }

    private static JsonNode Parse(string text) => text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? new JsonObject();

    private ConfigurationException Refusal(HttpResponseMessage answer, string text) => new(ReadRefusal(text) is { Count: > 0 } sentences
        ? sentences
        : [$"The server {_server} answered {(int)answer.StatusCode}."]);

    /// <summary>Version 3 says it in one member; version 1 as problem details, with a list for each place in what was sent.</summary>
    private static List<string> ReadRefusal(string text)
    {
        try
        {
            var refusal = JsonNode.Parse(text) as JsonObject;
            if (refusal?["message"] is { } message)
                return [.. message.GetValue<string>().Split('\n')];
            var places = (refusal?["errors"] as JsonObject ?? [])
                .SelectMany(place => (place.Value as JsonArray ?? []).Select(sentence => $"{sentence}"))
                .ToList();
            return places.Count > 0 || refusal?["detail"] is not { } detail ? places : [.. detail.GetValue<string>().Split('\n')];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
