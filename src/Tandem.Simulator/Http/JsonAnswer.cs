using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Http;

/// <summary>Writes JSON answers straight into the response's buffer, with the content type that clients match exactly.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json;charset=UTF-8";

    // Nothing here is ever put into a page, so other alphabets go out as themselves, as the platform sends them.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions PrettyOptions = Options with { Indented = true };

    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter,
            context.Request.Headers["X-PrettyPrint"] == "1" ? PrettyOptions : Options);
        write(writer);
        await writer.FlushAsync(context.RequestAborted);
    }

    public static Task WriteErrorAsync(HttpContext context, ApiException error) => WriteAsync(context, error.Status, writer =>
    {
        writer.WriteStartArray();
        writer.WriteStartObject();
        error.WriteDetails?.Invoke(writer, ApiRequest.Root(context));
        writer.WriteString("message", error.Message);
        writer.WriteString("errorCode", error.ErrorCode);
        if (error.Fields is { } fields)
            WriteTexts(writer, "fields", fields);
        writer.WriteEndObject();
        writer.WriteEndArray();
    });

    public static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
