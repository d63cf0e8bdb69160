using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Tandem.Server.Api.V1;

/// <summary>
/// The body of a request: what it holds of a type, and what is wrong with it. Whoever reads it adds what else is wrong and then refuses
/// everything at once.
/// </summary>
internal sealed class JsonBody<T>
    where T : class
{
    /// <summary>Deeper than any body that there is.</summary>
    private const int Deepest = 16;

    private static readonly JsonDocumentOptions Strictly = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    private JsonBody(T value, JsonObject members, Problems problems) => (Value, Members, Problems) = (value, members, problems);

    /// <summary>What is wrong is null here.</summary>
    public T Value { get; }

    /// <summary>As they were sent, without those that are wrong: tells null from what is not there.</summary>
    public JsonObject Members { get; }

    public Problems Problems { get; }

    /// <exception cref="ApiException">The body is no JSON object.</exception>
    public static async Task<JsonBody<T>> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var problems = new Problems();
        try
        {
            if (await JsonNode.ParseAsync(http.Request.Body, null, Strictly, cancellationToken) is not JsonObject members)
                throw ApiException.BadRequest("Expected a body that is a JSON object, found something else.");
            BodyShape.Check(members, typeof(T), problems);
            var value = members.Deserialize<T>(ApiJson.Options)
                ?? throw new InvalidOperationException($"An object was read as no {typeof(T).Name}.");
            return new JsonBody<T>(value, members, problems);
        }
        catch (JsonException exception)
        {
            var place = exception is { LineNumber: { } line, BytePositionInLine: { } position }
                ? $": line {line + 1}, position {position + 1}"
                : "";
            throw ApiException.BadRequest(
                $"The body is not JSON of at most {Deepest} levels whose objects name each member once{place}.", exception);
        }
        catch (InvalidOperationException exception)
            when (exception.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) is true)
        {
            throw ApiException.BadRequest("The body holds text that is no Unicode.", exception);
        }
    }
}
