using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soap;

/// <summary>One call: the operation with its arguments, and what the headers say. Source: salesforce-api.md, section 7.</summary>
internal sealed record SoapCall
{
    private const int DefaultBatch = 500;
    private const int SmallestBatch = 200;
    private const int LargestBatch = 2000;

    public required SoapNode Operation { get; init; }

    public required int Version { get; init; }

    /// <summary>The letter of the address: <c>u</c> for the partner WSDL, <c>c</c> for the enterprise WSDL.</summary>
    public required string Door { get; init; }

    /// <summary>Scheme, host and port as the client wrote them.</summary>
    public required string Origin { get; init; }

    private SoapNode Header { get; init; } = Empty;

    private static SoapNode Empty { get; } = new() { Name = "Header", Text = "", IsNil = false, Type = null, Children = [] };

    public string SessionId => Option("SessionHeader", "sessionId");

    public bool AllOrNone => Option("AllOrNoneHeader", "allOrNone") is "true" or "1";

    /// <summary>Rows on a page of a query.</summary>
    public int BatchSize => int.TryParse(Option("QueryOptions", "batchSize"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        ? Math.Clamp(size, SmallestBatch, LargestBatch) : DefaultBatch;

    public static SoapCall Read(HttpContext context, SoapNode envelope, string door)
    {
        var version = ApiRequest.RouteText(context, "version");
        if (!ApiVersions.TryParse(version.Contains('.', StringComparison.Ordinal) ? version : version + ".0", out var number))
            throw SoapFault.Of("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL");
        if (envelope.Find("Body")?.Children is not [var operation, ..])
            throw SoapFault.Client("The envelope has no body with an operation.");
        return new SoapCall
        {
            Operation = operation,
            Version = number,
            Door = door,
            Origin = ApiRequest.Origin(context.Request),
            Header = envelope.Find("Header") ?? Empty,
        };
    }

    public Caller CallerOf(Session session) => new()
    {
        UserId = session.UserId,
        Api = "soap",
        Version = Version,
        Client = Option("CallOptions", "client"),
        AllowsTruncation = Option("AllowFieldTruncationHeader", "allowFieldTruncation") is "true" or "1",
        AllowsDuplicates = Option("DuplicateRuleHeader", "allowSave") is "true" or "1",
        Assignment = Option("AssignmentRuleHeader", "assignmentRuleId") is { Length: > 0 } rule ? rule
            : Option("AssignmentRuleHeader", "useDefaultRule") is "true" or "1" ? "TRUE" : null,
    };

    private string Option(string header, string member) => Header.Find(header)?.TextOf(member) ?? "";
}
