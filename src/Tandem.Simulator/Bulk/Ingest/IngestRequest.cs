using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>The body that makes an ingest job, checked. Source: salesforce-api.md, section 3.1, point 1.</summary>
internal sealed record IngestRequest
{
    public required BulkTarget Target { get; init; }

    public required CsvDialect Dialect { get; init; }

    public string? AssignmentRuleId { get; init; }

    public static IngestRequest Read(Org org, Caller caller, BulkSettings settings, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new ApiException(400, "INVALIDJOB", "InvalidJob : An ingest job is made from a JSON object");
        return new IngestRequest
        {
            Target = BulkTarget.Read(org, caller, settings, JsonMember.Text(body, "operation"), JsonMember.Text(body, "object"),
                JsonMember.Text(body, "externalIdFieldName")),
            Dialect = CsvDialect.Read(body),
            AssignmentRuleId = JsonMember.Text(body, "assignmentRuleId"),
        };
    }
}
