using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Tandem.Salesforce.Http;

/// <summary>Makes requests by path; the pipeline adds host and session. Bodies lie in memory so that they can be sent again.</summary>
internal static class ApiRequest
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json", "utf-8");

    public static HttpRequestMessage Create(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    public static HttpRequestMessage CreateJson(HttpMethod method, string path, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        var request = Create(method, path);
        request.Content = new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = JsonType } };
        return request;
    }
}
