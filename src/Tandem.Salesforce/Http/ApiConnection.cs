using System.Net;
using System.Text.Json;

namespace Tandem.Salesforce.Http;

/// <summary>
/// Sends requests through the pipeline and answers with parsed JSON or an exception. Under the clients of each API.
/// </summary>
internal sealed class ApiConnection(HttpMessageInvoker invoker, SalesforceOptions options, TimeProvider timeProvider)
{
    /// <summary>The path under which the REST resources of the chosen version lie.</summary>
    public string Root { get; } = RootOf(options.ApiVersion);

    /// <summary>The name under which the org sees our changes.</summary>
    public string ClientName => options.ClientName;

    public TimeSpan RequestTimeout => options.RequestTimeout;

    public TimeProvider TimeProvider => timeProvider;

    /// <summary>The path of another version.</summary>
    public static string RootOf(string version) => $"/services/data/v{version}";

    public async Task<ApiDocument> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, path);
        return await ReadAsync(request, cancellationToken);
    }

    /// <summary>Sends and parses; the caller disposes the document.</summary>
    public async Task<ApiDocument> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await SendAsync(request, cancellationToken);
        try
        {
            return response.Content is PooledContent { Memory.Length: > 0 } content
                ? new ApiDocument(response, JsonDocument.Parse(content.Memory))
                : throw Failure.Unexpected(request, response, "JSON was expected, an empty body was found.", inner: null);
        }
        catch (JsonException exception)
        {
            response.Dispose();
            throw Failure.Unexpected(request, response, "JSON was expected, something else was found.", exception);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>As below for a conditional request; null when nothing changed since the request's date.</summary>
    public async Task<T?> ReadIfModifiedAsync<T>(
        HttpRequestMessage request, Func<JsonElement, T> read, Action<DateTimeOffset?> modified, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        if (!response.IsSuccessStatusCode)
            throw Failure.From(request, response, timeProvider);
        modified(response.Content.Headers.LastModified);
        return Read(request, response, read);
    }

    /// <summary>Sends, parses and reads the answer into a value; one that lacks what the reading requires is an exception.</summary>
    public async Task<T> ReadAsync<T>(HttpRequestMessage request, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var response = await SendAsync(request, cancellationToken);
        using (response)
            return Read(request, response, read);
    }

    /// <summary>Sends; the caller disposes the response, which is a success.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await invoker.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw Failure.From(request, response, timeProvider);
    }

    private static T Read<T>(HttpRequestMessage request, HttpResponseMessage response, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content is PooledContent content ? content.Memory : default);
            return read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw Failure.Unexpected(request, response, "JSON with Salesforce's members was expected.", exception);
        }
    }
}
