using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soap;

/// <summary>
/// A call that fails as a whole: HTTP 500 with a code and a sentence, and below them the platform's own kind of fault. Thrown anywhere
/// below the endpoint. Source: salesforce-api.md, sections 1.11 and 7.
/// </summary>
internal sealed partial class SoapFault(string code, string message, string? detail) : Exception(message)
{
    /// <summary>The platform's code, or with the prefix <c>soapenv:</c> SOAP's own.</summary>
    public string Code { get; } = code;

    /// <summary>The type of the detail, such as <c>LoginFault</c>; null for faults of SOAP itself, which have none.</summary>
    public string? Detail { get; } = detail;

    public bool IsAboutQuery => Detail is "MalformedQueryFault" or "InvalidFieldFault" or "InvalidSObjectFault";

    /// <summary>A request that is no call.</summary>
    public static SoapFault Client(string message) => new("soapenv:Client", message, null);

    public static SoapFault Of(string code, string message) => new(code, message, code switch
    {
        "INVALID_LOGIN" or "LOGIN_RATE_EXCEEDED" or "ORG_LOCKED" => "LoginFault",
        "MALFORMED_QUERY" => "MalformedQueryFault",
        "INVALID_FIELD" => "InvalidFieldFault",
        "INVALID_TYPE" => "InvalidSObjectFault",
        "INVALID_QUERY_LOCATOR" => "InvalidQueryLocatorFault",
        "MALFORMED_ID" => "InvalidIdFault",
        _ => "UnexpectedErrorFault",
    });

    /// <summary>REST's error in SOAP's words.</summary>
    public static SoapFault Of(ApiException error) => Of(error.ErrorCode, error.Message);

    public static SoapFault InvalidSession() => Of("INVALID_SESSION_ID",
        "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session key");

    /// <summary>Where in a statement the error is; -1 when the message does not tell.</summary>
    public (int Row, int Column) Place() => PlacePattern().Match(Message) is { Success: true } match
        ? (Number(match.Groups["row"]), Number(match.Groups["column"])) : (-1, -1);

    private static int Number(Group digits) =>
        int.TryParse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    [GeneratedRegex(@"ERROR at Row:(?<row>\d+):Column:(?<column>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlacePattern();
}
