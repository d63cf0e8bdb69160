namespace Tandem.Salesforce;

/// <summary>
/// A failure at the border to Salesforce: no answer, or an answer that refuses the whole request. One row that is refused is no exception
/// but a <see cref="Records.WriteResult"/>. The message names the host, the code and what to do, and holds no token and no field's value.
/// </summary>
public sealed class SalesforceException(string code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Salesforce's <c>errorCode</c> or OAuth <c>error</c>, or one of <see cref="SalesforceErrorCodes"/>' own.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status; null when no answer came.</summary>
    public int? Status { get; init; }

    /// <summary>The id that Salesforce's support asks for; null when the answer named none.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// The request may have been carried out although no answer of Salesforce says so: the connection was cut or timed out after it was
    /// sent, or a gateway answered in its place. A request that changes nothing is never uncertain.
    /// </summary>
    public bool IsUncertain { get; init; }

    /// <summary>How long the answer asks to wait before the next try.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Salesforce's own words. They may quote a query or a value: show them to the operator, keep them out of logs.</summary>
    public string? Detail { get; init; }
}
