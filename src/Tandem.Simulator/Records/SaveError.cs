using Tandem.Simulator.Http;

namespace Tandem.Simulator.Records;

/// <summary>Why one record was not saved, in the platform's words. Source: salesforce-api.md, section 9.1.</summary>
public sealed record SaveError
{
    public required string StatusCode { get; init; }

    public required string Message { get; init; }

    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The error as the answer to a call that is about one record.</summary>
    public ApiException ToException() =>
        new(StatusCode is "NOT_FOUND" or "ENTITY_IS_DELETED" ? 404 : StatusCode is "INSUFFICIENT_ACCESS_OR_READONLY" ? 403 : 400,
            StatusCode, Message, Fields);
}
