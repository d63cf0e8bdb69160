using System.Text.Json;

namespace Tandem.Salesforce.Http;

/// <summary>
/// The code and text of an error answer, whichever of Salesforce's shapes it has: REST's array, OAuth's object, the older Bulk object.
/// HTML, plain text and empty bodies give neither. Source: salesforce-api.md, sections 0 and 3.
/// </summary>
internal readonly record struct ErrorBody(string? Code, string? Message)
{
    public static ErrorBody Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Span.TrimStart(" \r\n\t"u8) is not [(byte)'{' or (byte)'[', ..])
            return default;
        try
        {
            using var document = JsonDocument.Parse(body);
            return From(document.RootElement);
        }
        catch (JsonException)
        {
            // A body cut short or made by a gateway: the status alone speaks.
            return default;
        }
    }

    public static ErrorBody From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array when element.GetArrayLength() > 0 => From(element[0]),
        JsonValueKind.Object => new ErrorBody(
            element.Text("errorCode") ?? element.Text("statusCode") ?? element.Text("error") ?? element.Text("exceptionCode"),
            element.Text("message") ?? element.Text("error_description") ?? element.Text("exceptionMessage")),
        _ => default,
    };
}
