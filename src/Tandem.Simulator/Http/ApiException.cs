using System.Text.Json;

namespace Tandem.Simulator.Http;

/// <summary>
/// An answer that is an error in REST's shape: an array of one object with <c>errorCode</c>, <c>message</c> and, for failed saves,
/// <c>fields</c>. Thrown anywhere below an endpoint, written by the server. Source: salesforce-api.md, sections 0 and 9.
/// </summary>
internal sealed class ApiException(int status, string errorCode, string message, IReadOnlyList<string>? fields = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    public string ErrorCode { get; } = errorCode;

    /// <summary>The fields at fault; null leaves the member out.</summary>
    public IReadOnlyList<string>? Fields { get; } = fields;

    /// <summary>Writes members beyond the usual ones; it is given what addresses begin with, such as
    /// <c>/services/data/v67.0</c>.</summary>
    internal Action<Utf8JsonWriter, string>? WriteDetails { get; init; }
}
