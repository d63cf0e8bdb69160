using System.Text.Json;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Records;

/// <summary>Why one record was not saved, in the platform's words. Source: salesforce-api.md, section 9.1.</summary>
public sealed record SaveError
{
    public required string StatusCode { get; init; }

    public required string Message { get; init; }

    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The records that a duplicate rule found alike.</summary>
    internal DuplicateMatch? Duplicates { get; init; }

    /// <summary>The error as the answer to a call that is about one record.</summary>
    internal ApiException ToException()
    {
        var status = StatusCode switch
        {
            "NOT_FOUND" or "ENTITY_IS_DELETED" => 404,
            "INSUFFICIENT_ACCESS_OR_READONLY" => 403,
            RowConditions.Failed => 412,
            _ => 400,
        };
        return Duplicates is { } duplicates ? new ApiException(status, StatusCode, Message) { WriteDetails = duplicates.Write }
            : new ApiException(status, StatusCode, Message, Fields);
    }

    /// <summary>Writes the error as an element of a row's errors.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("statusCode", StatusCode);
        writer.WriteString("message", Message);
        JsonAnswer.WriteTexts(writer, "fields", Fields);
        writer.WriteEndObject();
    }
}
