using Tandem.Sync.Faults;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A code by which Salesforce refuses a record, with the words that go with it, and what a push does about it. The classes are those of
/// salesforce-api.md, section 9.1; <see cref="All"/> holds each code of it that a record can be refused with.
/// </summary>
public sealed record Refusal(string Code, string Message, RecordAction Action)
{
    public static IReadOnlyList<Refusal> All { get; } =
    [
        // R: tried again with a bound.
        new("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: 001000000000001", RecordAction.SendAgain),
        new("ENTITY_IS_LOCKED", "entity is locked for editing", RecordAction.SendAgain),
        new("SERVER_UNAVAILABLE", "Server is temporarily unavailable", RecordAction.SendAgain),
        new("UNKNOWN_EXCEPTION", "An unexpected error occurred.", RecordAction.SendAgain),
        new("UNEXPECTED_ERROR", "An unexpected error occurred.", RecordAction.SendAgain),
        new("TXN_SECURITY_METERING_ERROR", "no", RecordAction.SendAgain),
        new("QUERY_TIMEOUT", "Your query request was running for too long.", RecordAction.SendAgain),
        new("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back", RecordAction.SendAgain),
        new("PROCESSING_HALTED", "The transaction was rolled back", RecordAction.SendAgain),
        new("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", RecordAction.SendAgain),

        // D, or R where they wrap a lock.
        new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of BeforeUpdate caused by: UNABLE_TO_LOCK_ROW", RecordAction.SendAgain),
        new("CANNOT_EXECUTE_FLOW_TRIGGER", "the \"X\" process failed: UNABLE_TO_LOCK_ROW", RecordAction.SendAgain),
        new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of BeforeUpdate caused by: no", RecordAction.Fail),
        new("CANNOT_EXECUTE_FLOW_TRIGGER", "We can't save this record", RecordAction.Fail),

        // L, and R for long: waits, whoever sends it.
        new("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", RecordAction.Wait),
        new("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", RecordAction.Wait),
        new("LIMIT_EXCEEDED", "limit exceeded", RecordAction.Wait),
        new("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "maintenance", RecordAction.Wait),

        // C: of the record as long as the org's describe lets the user write the object.
        new("INSUFFICIENT_ACCESS", "insufficient access rights on object id", RecordAction.AskTheOrg),
        new("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", RecordAction.AskTheOrg),

        new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: Account", RecordAction.AskTheOrg),

        // C: of the mapping.
        new("INVALID_FIELD", "No such column 'foo' on sobject of type Account", RecordAction.Pause),
        new("INVALID_TYPE", "sObject type 'X' is not supported.", RecordAction.Pause),

        // C by the list, but of this record's parent and of this change's column: others of the mapping go on.
        new("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id", RecordAction.Fail),
        new("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: X.", RecordAction.Fail),
        new("INVALID_FIELD", "Foreign key external ID: v not found for field F in entity E", RecordAction.Fail),
        new("NOT_FOUND", "The requested resource does not exist", RecordAction.Fail),

        // D: fails the change.
        new("ENTITY_IS_DELETED", "entity is deleted", RecordAction.Fail),
        new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", RecordAction.Fail),
        new("MALFORMED_ID", "Account ID: id value of incorrect type: 003", RecordAction.Fail),
        new("INVALID_TYPE_ON_FIELD_IN_RECORD", "Amount: value not of required type: abc", RecordAction.Fail),
        new("JSON_PARSER_ERROR", "Cannot deserialize instance of date", RecordAction.Fail),
        new("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", RecordAction.Fail),
        new("STRING_TOO_LONG", "Name: data value too large: x (max length=255)", RecordAction.Fail),
        new("NUMBER_OUTSIDE_VALID_RANGE", "F: value outside of valid range on numeric field: 1.0E20", RecordAction.Fail),
        new("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "F: bad value for restricted picklist field: x", RecordAction.Fail),
        new("INVALID_EMAIL_ADDRESS", "Email: invalid email address: x", RecordAction.Fail),
        new("DUPLICATE_VALUE", "duplicate value found: F__c duplicates value on record with id: 001xx000003DGb0", RecordAction.Fail),
        new("DUPLICATE_EXTERNAL_ID", "Ext__c: more than one record found for external id field: [a, b]", RecordAction.Fail),
        new("DUPLICATES_DETECTED", "Use one of these records?", RecordAction.Fail),
        new("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not: so", RecordAction.Fail),
        new("FIELD_FILTER_VALIDATION_EXCEPTION", "lookup filter", RecordAction.Fail),
        new("FIELD_INTEGRITY_EXCEPTION", "There's a problem with this country", RecordAction.Fail),
        new("TRANSFER_REQUIRES_READ", "no", RecordAction.Fail),
        new("INACTIVE_OWNER_OR_USER", "operation performed with inactive user [005] as owner", RecordAction.Fail),
        new("DELETE_FAILED", "Your attempt to delete X could not be completed", RecordAction.Fail),
        new("A_CODE_NOBODY_KNOWS", "no", RecordAction.Fail),
    ];
}
