using System.Globalization;

namespace Tandem.Salesforce;

/// <summary>
/// The codes that code compares with: Salesforce's, OAuth's, and Tandem's own for failures that carry none. Callers match on codes, never
/// on texts. Source: salesforce-api.md, sections 1.8, 3.2 and 9.1.
/// </summary>
public static class SalesforceErrorCodes
{
    // Tandem's own.
    public const string Unreachable = "UNREACHABLE";
    public const string Timeout = "TIMEOUT";
    public const string UnexpectedAnswer = "UNEXPECTED_ANSWER";
    public const string SoqlTooLong = "SOQL_TOO_LONG";
    public const string BulkJobFailed = "BULK_JOB_FAILED";
    public const string BulkJobAborted = "BULK_JOB_ABORTED";

    /// <summary>The beginning of the code of an answer without one; the status follows, as in <c>HTTP_503</c>.</summary>
    public const string HttpPrefix = "HTTP_";

    // OAuth.
    public const string InvalidGrant = "invalid_grant";
    public const string InvalidClient = "invalid_client";
    public const string InvalidClientId = "invalid_client_id";
    public const string InactiveUser = "inactive_user";
    public const string InactiveOrg = "inactive_org";
    public const string UnsupportedGrantType = "unsupported_grant_type";

    // Session, limits, permissions.
    public const string InvalidSessionId = "INVALID_SESSION_ID";
    public const string InvalidAuthHeader = "INVALID_AUTH_HEADER";
    public const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";
    public const string LimitExceeded = "LIMIT_EXCEEDED";
    public const string ExceededQuota = "EXCEEDEDQUOTA";
    public const string StorageLimitExceeded = "STORAGE_LIMIT_EXCEEDED";
    public const string ApiDisabledForOrg = "API_DISABLED_FOR_ORG";
    public const string ApiCurrentlyDisabled = "API_CURRENTLY_DISABLED";
    public const string InsufficientAccess = "INSUFFICIENT_ACCESS";
    public const string InsufficientAccessOrReadonly = "INSUFFICIENT_ACCESS_OR_READONLY";
    public const string InsufficientAccessOnCrossReferenceEntity = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY";

    // Names and queries.
    public const string NotFound = "NOT_FOUND";
    public const string InvalidField = "INVALID_FIELD";
    public const string InvalidType = "INVALID_TYPE";
    public const string InvalidFieldForInsertUpdate = "INVALID_FIELD_FOR_INSERT_UPDATE";
    public const string MalformedQuery = "MALFORMED_QUERY";
    public const string QueryTooComplicated = "QUERY_TOO_COMPLICATED";
    public const string QueryTimeout = "QUERY_TIMEOUT";
    public const string InvalidQueryLocator = "INVALID_QUERY_LOCATOR";
    public const string OperationTooLarge = "OPERATION_TOO_LARGE";
    public const string InvalidReplicationDate = "INVALID_REPLICATION_DATE";
    public const string ExceededIdLimit = "EXCEEDED_ID_LIMIT";
    public const string InvalidEntity = "INVALIDENTITY";
    public const string InvalidJob = "INVALIDJOB";
    public const string InvalidJobState = "INVALIDJOBSTATE";
    public const string ApiError = "API_ERROR";

    // Rows.
    public const string EntityIsDeleted = "ENTITY_IS_DELETED";
    public const string EntityIsLocked = "ENTITY_IS_LOCKED";
    public const string InvalidCrossReferenceKey = "INVALID_CROSS_REFERENCE_KEY";
    public const string MalformedId = "MALFORMED_ID";
    public const string InvalidTypeOnFieldInRecord = "INVALID_TYPE_ON_FIELD_IN_RECORD";
    public const string JsonParserError = "JSON_PARSER_ERROR";
    public const string RequiredFieldMissing = "REQUIRED_FIELD_MISSING";
    public const string StringTooLong = "STRING_TOO_LONG";
    public const string NumberOutsideValidRange = "NUMBER_OUTSIDE_VALID_RANGE";
    public const string InvalidOrNullForRestrictedPicklist = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST";
    public const string InvalidEmailAddress = "INVALID_EMAIL_ADDRESS";
    public const string DuplicateValue = "DUPLICATE_VALUE";
    public const string DuplicateExternalId = "DUPLICATE_EXTERNAL_ID";
    public const string DuplicatesDetected = "DUPLICATES_DETECTED";
    public const string FieldCustomValidationException = "FIELD_CUSTOM_VALIDATION_EXCEPTION";
    public const string FieldFilterValidationException = "FIELD_FILTER_VALIDATION_EXCEPTION";
    public const string FieldIntegrityException = "FIELD_INTEGRITY_EXCEPTION";
    public const string CannotInsertUpdateActivateEntity = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY";
    public const string CannotExecuteFlowTrigger = "CANNOT_EXECUTE_FLOW_TRIGGER";
    public const string UnableToLockRow = "UNABLE_TO_LOCK_ROW";
    public const string TransferRequiresRead = "TRANSFER_REQUIRES_READ";
    public const string InactiveOwnerOrUser = "INACTIVE_OWNER_OR_USER";
    public const string DeleteFailed = "DELETE_FAILED";
    public const string AllOrNoneOperationRolledBack = "ALL_OR_NONE_OPERATION_ROLLED_BACK";
    public const string ProcessingHalted = "PROCESSING_HALTED";

    // The service.
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    public const string NotAllowedDuringMaintenance = "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE";
    public const string ServerUnavailable = "SERVER_UNAVAILABLE";
    public const string UnknownException = "UNKNOWN_EXCEPTION";
    public const string UnexpectedError = "UNEXPECTED_ERROR";
    public const string TxnSecurityMeteringError = "TXN_SECURITY_METERING_ERROR";

    /// <summary>The code of an answer that carries none: <c>HTTP_503</c>.</summary>
    public static string ForStatus(int status) => HttpPrefix + status.ToString(CultureInfo.InvariantCulture);
}
