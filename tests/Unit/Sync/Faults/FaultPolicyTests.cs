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
