using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Remote;

/// <summary>Speaks to a server's REST API and turns its refusals into sentences.</summary>
internal sealed class ApiClient : IDisposable
{
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

    /// <returns>The answer; an empty object where there is none.</returns>
    /// <exception cref="ConfigurationException">The server cannot be reached, or refuses; the sentence is its own.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new ConfigurationException(Sentence(text) ?? $"The server {_server} answered {(int)answer.StatusCode}.");
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? new JsonObject();
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw new ConfigurationException($"The server {_server} cannot be asked: {exception.Message}", exception);
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
            throw new ConfigurationException(Sentence(text) ?? $"The server {_server} answered {(int)answer.StatusCode}.");
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return item;
    }

    public void Dispose() => _http.Dispose();

    private static string? Sentence(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["message"]?.GetValue<string>();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
