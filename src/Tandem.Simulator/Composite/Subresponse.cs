using System.Text.Json;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Composite;

/// <summary>What one request of a composite, batch or graph call was answered; made by <see cref="SubrequestRunner"/> or by the call
/// itself, when it skips or takes back a request.</summary>
internal sealed record Subresponse
{
    public required int Status { get; init; }

    /// <summary>Null for an answer without a body.</summary>
    public JsonElement? Body { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public bool IsSuccess => Status is < 300 or 304;

    /// <summary>An error in REST's shape.</summary>
    public static Subresponse Error(int status, string code, string message) => new()
    {
        Status = status,
        Body = JsonSerializer.SerializeToElement(new[] { new { errorCode = code, message } }),
    };

    public static Subresponse Error(ApiException exception) => Error(exception.Status, exception.ErrorCode, exception.Message);

    /// <summary>What every other request answers when one of a transaction fails.</summary>
    public static Subresponse Halted() => Error(400, "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.");

    /// <summary>True when the answer reports rows and one of them failed.</summary>
    public bool HasFailedRow => Body is { ValueKind: JsonValueKind.Array } rows && rows.EnumerateArray().Any(row =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty("success", out var success)
        && success.ValueKind == JsonValueKind.False);

    /// <summary>Writes the answer as an element of <c>compositeResponse</c>.</summary>
    public void Write(Utf8JsonWriter writer, string referenceId)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("body");
        WriteBody(writer);
        writer.WriteStartObject("httpHeaders");
        foreach (var (name, value) in Headers)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteNumber("httpStatusCode", Status);
        writer.WriteString("referenceId", referenceId);
        writer.WriteEndObject();
    }

    public void WriteBody(Utf8JsonWriter writer)
    {
        if (Body is { } body)
            body.WriteTo(writer);
        else
            writer.WriteNullValue();
    }
}
