using System.Net.Sockets;
using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Faults;

/// <summary>
/// Decides, alone in the program, what each failure means. What it does not know pauses the mapping and asks.
/// Source: salesforce-api.md, section 9.1.
/// </summary>
public static class FaultPolicy
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AllowancePause = TimeSpan.FromMinutes(5);

    public static Fault Judge(Exception exception) => exception switch
    {
        SalesforceException salesforce => JudgeSalesforce(salesforce),
        PostgresException postgres => JudgePostgres(postgres),
        NpgsqlException or SocketException or TimeoutException or IOException =>
            new Fault(FaultAction.Retry, $"The database does not answer: {exception.Message}"),
        _ when SessionLoss.WasUnseen(exception) => new Fault(FaultAction.Retry, "The database has ended the session."),
        ConfigurationException => new Fault(FaultAction.StopConnection, exception.Message),
        FormatException or SchemaDriftException or RowsVanishedException => new Fault(FaultAction.PauseMapping, exception.Message),
        _ => new Fault(
            FaultAction.PauseMapping,
            $"An unexpected {exception.GetType().Name}: {exception.Message} Please report it; recover retries."),
    };

    /// <summary>What a push does about a record that was refused with this code and these words of Salesforce.</summary>
    public static RecordAction JudgeRecord(string? code, string? message) => code switch
    {
        "UNABLE_TO_LOCK_ROW" or "ENTITY_IS_LOCKED" or "TXN_SECURITY_METERING_ERROR" or "SERVER_UNAVAILABLE" or "QUERY_TIMEOUT"
            or "ALL_OR_NONE_OPERATION_ROLLED_BACK" or "PROCESSING_HALTED" or "UNKNOWN_EXCEPTION" or "UNEXPECTED_ERROR" =>
            RecordAction.SendAgain,

        // A trigger or a flow that met a lock tells of it in its own words.
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" or "CANNOT_EXECUTE_FLOW_TRIGGER" when Has(message, "UNABLE_TO_LOCK_ROW") =>
            RecordAction.SendAgain,
        "REQUEST_LIMIT_EXCEEDED" when Has(message, "Concurrent") => RecordAction.SendAgain,
        "REQUEST_LIMIT_EXCEEDED" or "LIMIT_EXCEEDED" or "STORAGE_LIMIT_EXCEEDED"
            or "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" => RecordAction.Wait,
        "INSUFFICIENT_ACCESS" or "INSUFFICIENT_ACCESS_OR_READONLY" => RecordAction.AskTheOrg,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" when Has(message, "entity type cannot be") => RecordAction.AskTheOrg,
        "INVALID_TYPE" or "API_DISABLED_FOR_ORG" or "API_CURRENTLY_DISABLED" => RecordAction.Pause,

        // The same code tells of a column that the org does not have, and of a parent that it does not have yet.
        "INVALID_FIELD" when !Has(message, "Foreign key external ID") => RecordAction.Pause,
        _ => RecordAction.Fail,
    };

    /// <summary>What a refused record means that pauses its mapping or more.</summary>
    /// <param name="message">Salesforce's words, which for these codes name columns and objects and quote no value.</param>
    public static Fault JudgeRefused(string objectName, string code, string? message) => JudgeSalesforce(
        new SalesforceException(code, $"{objectName}: Salesforce takes no such record any more ({code}): {message}"));

    /// <summary>
    /// True when one record's data may be why a whole call was refused: by that record alone the others need not be refused too.
    /// </summary>
    public static bool IsOfARecord(SalesforceException exception) => exception.Code switch
    {
        "INVALID_FIELD" => Has(exception.Detail, "Foreign key external ID"),
        "JSON_PARSER_ERROR" or "MALFORMED_ID" or "INVALID_TYPE_ON_FIELD_IN_RECORD" or "INVALID_CROSS_REFERENCE_KEY"
            or "REQUIRED_FIELD_MISSING" or "STRING_TOO_LONG" or "NUMBER_OUTSIDE_VALID_RANGE" or "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
            or "INVALID_EMAIL_ADDRESS" or "DUPLICATE_VALUE" or "DUPLICATE_EXTERNAL_ID" or "DUPLICATES_DETECTED" or "ENTITY_IS_DELETED"
            or "FIELD_CUSTOM_VALIDATION_EXCEPTION" or "FIELD_FILTER_VALIDATION_EXCEPTION" or "FIELD_INTEGRITY_EXCEPTION"
            or "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" or "CANNOT_EXECUTE_FLOW_TRIGGER" or "TRANSFER_REQUIRES_READ"
            or "INACTIVE_OWNER_OR_USER" or "DELETE_FAILED" or "INVALID_FIELD_FOR_INSERT_UPDATE"
            or "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => true,
        _ => false,
    };

    /// <summary>True for a per-record code that says of a delete: there is nothing left to delete.</summary>
    public static bool IsGone(string? recordCode) => recordCode is "ENTITY_IS_DELETED" or "INVALID_CROSS_REFERENCE_KEY" or "NOT_FOUND";

    /// <summary>True for a code by which an org refuses one query as it is asked, while others of the same object go on.</summary>
    public static bool IsRefusedQuery(string code) => code is
        "INVALID_FIELD" or "INVALID_TYPE" or "MALFORMED_QUERY" or "QUERY_TOO_COMPLICATED" or "SOQL_TOO_LONG" or "QUERY_TIMEOUT"
        or "OPERATION_TOO_LARGE";

    /// <summary>How long to wait before attempt <paramref name="attempt"/> + 1: doubling from half a second, a random half of it.</summary>
    /// <param name="attempt">Failures so far, from 1.</param>
    public static TimeSpan PauseAfter(Fault fault, int attempt)
    {
        if (fault.Action == FaultAction.WaitForAllowance)
            return AllowancePause;
        var longest = Math.Min(LongestPause.TotalSeconds, 0.5 * Math.Pow(2, Math.Min(attempt, 16) - 1));
        return TimeSpan.FromSeconds(longest * (0.5 + Random.Shared.NextDouble() / 2));
    }

    private static Fault JudgeSalesforce(SalesforceException exception) => exception.Code switch
    {
        "REQUEST_LIMIT_EXCEEDED" when Has(exception.Detail, "Concurrent") =>
            new Fault(FaultAction.Retry, "Too many long requests run in the org at once; the work is tried again shortly."),
        "REQUEST_LIMIT_EXCEEDED" or "LIMIT_EXCEEDED" or "EXCEEDEDQUOTA" or "STORAGE_LIMIT_EXCEEDED" =>
            new Fault(
                FaultAction.WaitForAllowance, $"The org's allowance is used up ({exception.Code}); the work goes on when it recovers."),
        "INVALID_QUERY_LOCATOR" or "INVALIDJOB" or "INVALIDJOBSTATE" =>
            new Fault(FaultAction.Restart, "A query's results are gone; it begins anew from the stored cursor."),
        "BULK_JOB_FAILED" or "BULK_JOB_ABORTED" => new Fault(FaultAction.Restart, exception.Message),
        "QUERY_TIMEOUT" or "UNABLE_TO_LOCK_ROW" or "SERVER_UNAVAILABLE" or "UNKNOWN_EXCEPTION" or "UNEXPECTED_ERROR"
            or "TXN_SECURITY_METERING_ERROR" or "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" or "ENTITY_IS_LOCKED"
            or "ALL_OR_NONE_OPERATION_ROLLED_BACK" or "PROCESSING_HALTED" =>
            new Fault(FaultAction.Retry, $"Salesforce answered {exception.Code}; the work is tried again."),
        "INVALID_SESSION_ID" or "INVALID_AUTH_HEADER" or "invalid_grant" or "invalid_client" or "invalid_client_id" or "inactive_user"
            or "inactive_org" or "unsupported_grant_type" or "invalid_scope" or "API_DISABLED_FOR_ORG" or "API_CURRENTLY_DISABLED" =>
            new Fault(FaultAction.StopConnection, exception.Message),
        "INVALID_FIELD" or "INVALID_TYPE" or "INSUFFICIENT_ACCESS" or "INSUFFICIENT_ACCESS_OR_READONLY" or "NOT_FOUND" or "INVALIDENTITY"
            or "MALFORMED_QUERY" or "QUERY_TOO_COMPLICATED" or "API_ERROR" or "SOQL_TOO_LONG" =>
            new Fault(FaultAction.PauseMapping, exception.Message),
        // An answer that broke off, or that something between changed, bears the status of a good one.
        SalesforceErrorCodes.UnexpectedAnswer => new Fault(FaultAction.Retry, exception.Message),
        // The edge of the platform answers 406 when it is in trouble, and then without a code.
        "HTTP_406" => new Fault(FaultAction.Retry, exception.Message),
        _ when exception.Status is null or 408 or 420 or 429 or >= 500 =>
            new Fault(FaultAction.Retry, exception.Message),
        _ => new Fault(FaultAction.PauseMapping, exception.Message),
    };

    private static bool Has(string? text, string words) => text?.Contains(words, StringComparison.OrdinalIgnoreCase) is true;

    private static Fault JudgePostgres(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DiskFull
            or PostgresErrorCodes.OutOfMemory =>
            new Fault(FaultAction.Retry, $"The database answered {exception.SqlState}: {exception.MessageText}; the work is tried again."),
        PostgresErrorCodes.ForeignKeyViolation =>
            new Fault(
                FaultAction.Retry,
                $"The foreign key {exception.ConstraintName} of {exception.SchemaName}.{exception.TableName} refuses rows of the org. Rows "
                + "of two tables arrive in two transactions, and those of one in any order: make the constraint deferrable initially "
                + "deferred; the work is tried again until the rows that it needs are there."),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InvalidCatalogName =>
            new Fault(FaultAction.StopConnection, $"The database refuses the sign-in: {exception.MessageText}."),
        _ => new Fault(
            FaultAction.PauseMapping, $"The database refused a statement ({exception.SqlState}): {PostgresWords.Of(exception)}."),
    };
}
