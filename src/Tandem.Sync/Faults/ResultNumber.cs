using Tandem.Salesforce.Records;

namespace Tandem.Sync.Faults;

/// <summary>
/// The number that stands in <c>sf_result</c> of a log entry. What the original's numbers mean is not known, so these are in the manner of
/// HTTP, by what a person can do. Source: heroku-connect.md, section 5.2; salesforce-api.md, section 9.2.
/// </summary>
public static class ResultNumber
{
    public static int Of(WriteResult result) => result switch
    {
        { IsCreated: true } => 201,
        { IsSaved: true } => 200,
        { Code: var code } when code?.StartsWith("TANDEM_", StringComparison.Ordinal) is true => 422,
        { Code: var code, Message: var message }
            when FaultPolicy.JudgeRecord(code, message) is RecordAction.SendAgain or RecordAction.Wait => 503,
        { Code: "ENTITY_IS_DELETED" or "NOT_FOUND" or "INVALID_CROSS_REFERENCE_KEY" } => 404,
        { Code: "DUPLICATE_VALUE" or "DUPLICATES_DETECTED" or "DUPLICATE_EXTERNAL_ID" } => 409,
        { Code: "INSUFFICIENT_ACCESS" or "INSUFFICIENT_ACCESS_OR_READONLY" or "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
            or "INVALID_FIELD_FOR_INSERT_UPDATE" } => 403,
        _ => 400,
    };
}
