using Npgsql;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Faults;

/// <summary>salesforce-api.md, section 9.1: what each failure means.</summary>
public sealed class FaultPolicyTests
{
    [Theory]
    [InlineData("REQUEST_LIMIT_EXCEEDED", 403, FaultAction.WaitForAllowance)]
    [InlineData("INVALID_QUERY_LOCATOR", 400, FaultAction.Restart)]
    [InlineData("QUERY_TIMEOUT", 400, FaultAction.Retry)]
    [InlineData("UNABLE_TO_LOCK_ROW", 400, FaultAction.Retry)]
    [InlineData("invalid_grant", 400, FaultAction.StopConnection)]
    [InlineData("INVALID_SESSION_ID", 401, FaultAction.StopConnection)]
    [InlineData("INVALID_FIELD", 400, FaultAction.PauseMapping)]
    [InlineData("INVALID_TYPE", 400, FaultAction.PauseMapping)]
    [InlineData("HTTP_503", 503, FaultAction.Retry)]
    [InlineData("UNREACHABLE", null, FaultAction.Retry)]
    [InlineData("A_CODE_NOBODY_KNOWS", 400, FaultAction.PauseMapping)]
    public void Judges_what_Salesforce_answers(string code, int? status, FaultAction expected) =>
        FaultPolicy.Judge(new SalesforceException(code, "A sentence.") { Status = status }).Action.ShouldBe(expected);

    /// <summary>Section 9.1, line by line: what a refusal of a whole call means to a push.</summary>
    [Theory]
    [InlineData("INVALID_SESSION_ID", 401, null, FaultAction.StopConnection)]
    [InlineData("INVALID_AUTH_HEADER", 401, null, FaultAction.StopConnection)]
    [InlineData("REQUEST_LIMIT_EXCEEDED", 403, "TotalRequests Limit exceeded.", FaultAction.WaitForAllowance)]
    [InlineData("REQUEST_LIMIT_EXCEEDED", 403, "ConcurrentPerOrgLongTxn Limit exceeded.", FaultAction.Retry)]
    [InlineData("API_DISABLED_FOR_ORG", 403, null, FaultAction.StopConnection)]
    [InlineData("API_CURRENTLY_DISABLED", 403, null, FaultAction.StopConnection)]
    [InlineData("INSUFFICIENT_ACCESS", 403, null, FaultAction.PauseMapping)]
    [InlineData("INSUFFICIENT_ACCESS_OR_READONLY", 403, null, FaultAction.PauseMapping)]
    [InlineData("NOT_FOUND", 404, null, FaultAction.PauseMapping)]
    [InlineData("INVALID_FIELD", 400, "No such column 'foo' on sobject of type Bar", FaultAction.PauseMapping)]
    [InlineData("INVALID_TYPE", 400, null, FaultAction.PauseMapping)]
    [InlineData("STORAGE_LIMIT_EXCEEDED", 403, null, FaultAction.WaitForAllowance)]
    [InlineData("LIMIT_EXCEEDED", 403, null, FaultAction.WaitForAllowance)]
    [InlineData("UNABLE_TO_LOCK_ROW", 400, null, FaultAction.Retry)]
    [InlineData("ENTITY_IS_LOCKED", 400, null, FaultAction.Retry)]
    [InlineData("ALL_OR_NONE_OPERATION_ROLLED_BACK", 400, null, FaultAction.Retry)]
    [InlineData("PROCESSING_HALTED", 400, null, FaultAction.Retry)]
    [InlineData("MALFORMED_QUERY", 400, null, FaultAction.PauseMapping)]
    [InlineData("QUERY_TOO_COMPLICATED", 400, null, FaultAction.PauseMapping)]
    [InlineData("INVALID_QUERY_LOCATOR", 400, null, FaultAction.Restart)]
    [InlineData("QUERY_TIMEOUT", 500, null, FaultAction.Retry)]
    [InlineData("EXCEEDED_ID_LIMIT", 400, null, FaultAction.PauseMapping)]
    [InlineData("METHOD_NOT_ALLOWED", 405, null, FaultAction.PauseMapping)]
    [InlineData("UNSUPPORTED_MEDIA_TYPE", 415, null, FaultAction.PauseMapping)]
    [InlineData("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", 400, null, FaultAction.Retry)]
    [InlineData("SERVER_UNAVAILABLE", 503, null, FaultAction.Retry)]
    [InlineData("UNKNOWN_EXCEPTION", 500, null, FaultAction.Retry)]
    [InlineData("UNEXPECTED_ERROR", 500, null, FaultAction.Retry)]
    [InlineData("TXN_SECURITY_METERING_ERROR", 400, null, FaultAction.Retry)]
    [InlineData("HTTP_406", 406, null, FaultAction.Retry)]
    [InlineData("HTTP_420", 420, null, FaultAction.Retry)]
    [InlineData("HTTP_429", 429, null, FaultAction.Retry)]
    [InlineData("HTTP_500", 500, null, FaultAction.Retry)]
    [InlineData("HTTP_502", 502, null, FaultAction.Retry)]
    [InlineData("HTTP_504", 504, null, FaultAction.Retry)]
    [InlineData("HTTP_400", 400, null, FaultAction.PauseMapping)]
    public void Judges_a_refused_call_by_its_class(string code, int status, string? words, FaultAction expected)
    {
        var exception = new SalesforceException(code, "A sentence.") { Status = status, Detail = words };
        FaultPolicy.IsOfARecord(exception).ShouldBeFalse();
        FaultPolicy.Judge(exception).Action.ShouldBe(expected);
    }

    [Theory]
    [InlineData("INVALID_FIELD", "Foreign key external ID: v not found for field F in entity E")]
    [InlineData("JSON_PARSER_ERROR", "Cannot deserialize instance of date")]
    [InlineData("MALFORMED_ID", null)]
    [InlineData("INVALID_TYPE_ON_FIELD_IN_RECORD", null)]
    [InlineData("STRING_TOO_LONG", null)]
    [InlineData("DUPLICATE_VALUE", null)]
    [InlineData("FIELD_CUSTOM_VALIDATION_EXCEPTION", null)]
    public void Knows_what_one_record_does_to_a_whole_call(string code, string? words) =>
        FaultPolicy.IsOfARecord(new SalesforceException(code, "A sentence.") { Status = 400, Detail = words }).ShouldBeTrue();

    [Theory]
    [InlineData(PostgresErrorCodes.DeadlockDetected, FaultAction.Retry)]
    [InlineData(PostgresErrorCodes.AdminShutdown, FaultAction.Retry)]
    [InlineData(PostgresErrorCodes.InvalidPassword, FaultAction.StopConnection)]
    [InlineData(PostgresErrorCodes.UndefinedTable, FaultAction.PauseMapping)]
    public void Judges_what_Postgres_answers(string sqlState, FaultAction expected) =>
        FaultPolicy.Judge(new PostgresException("A sentence", "ERROR", "ERROR", sqlState)).Action.ShouldBe(expected);

    [Fact]
    public void What_it_does_not_know_pauses_and_says_so()
    {
        var fault = FaultPolicy.Judge(new InvalidCastException("Specified cast is not valid."));
        fault.Action.ShouldBe(FaultAction.PauseMapping);
        fault.Sentence.ShouldContain(nameof(InvalidCastException));
    }

    [Fact]
    public void A_wrong_configuration_stops_the_connection() =>
        FaultPolicy.Judge(new ConfigurationException("Another org.")).ShouldBe(new Fault(FaultAction.StopConnection, "Another org."));

    [Fact]
    public void Pauses_grow_with_jitter_and_stay_under_a_minute()
    {
        var fault = new Fault(FaultAction.Retry, "");
        for (var attempt = 1; attempt < 100; attempt++)
        {
            var longest = Math.Min(60, 0.5 * Math.Pow(2, Math.Min(attempt, 16) - 1));
            FaultPolicy.PauseAfter(fault, attempt).TotalSeconds.ShouldBeInRange(longest / 2, longest);
        }
    }
}
