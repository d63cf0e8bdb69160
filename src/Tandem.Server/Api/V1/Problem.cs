using System.Text.Json.Serialization;

namespace Tandem.Server.Api.V1;

/// <summary>What went wrong, as problem details (RFC 9457).</summary>
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>Tells problems apart for programs: <c>urn:tandem:problem:</c> and a word.</summary>
    public required string Type { get; init; }

    /// <summary>The same for all problems of a type.</summary>
    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>A sentence for a person.</summary>
    public required string Detail { get; init; }

    /// <summary>Sentences by the place that each is about; <c>$</c> for the whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    public static Problem Of(int status, ApiException exception) => new()
    {
        Type = $"urn:tandem:problem:{exception.Code}",
        Title = TitleOf(exception.Code),
        Status = status,
        Detail = exception.Message,
        Errors = exception.Errors,
    };

    private static string TitleOf(string code) => code switch
    {
        "badrequest" => "The request is not as expected",
        "badconfig" => "The configuration cannot be",
        "unauthorized" => "Not signed in",
        "forbidden" => "Not allowed",
        "notfound" => "Not found",
        "conflict" => "In conflict with what is there",
        "unsupported" => "Not JSON",
        "toomany" => "Too many attempts",
        "salesforce" => "Salesforce refused",
        "database" => "The database does not answer",
        "restarting" => "Being started again",
        _ => "The server failed",
    };
}
