using System.Text.Json;

namespace Tandem.Salesforce.Http;

/// <summary>A parsed answer over its pooled bytes. Elements taken from it are valid until it is disposed.</summary>
internal sealed class ApiDocument(HttpResponseMessage response, JsonDocument document) : IDisposable
{
    public JsonElement Root => document.RootElement;

    public void Dispose()
    {
        document.Dispose();
        response.Dispose();
    }
}
