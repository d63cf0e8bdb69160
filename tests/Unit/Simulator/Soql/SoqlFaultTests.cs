using Shouldly;
using Tandem.Simulator.Http;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>The answers to statements that cannot run. Source: salesforce-api.md, section 4, "Errors".</summary>
public sealed class SoqlFaultTests
{
    [Fact]
    public void Shows_the_line_the_caret_and_the_place_of_an_unknown_column()
    {
        var error = Should.Throw<ApiException>(() => SampleOrg.Run("SELECT Foo FROM Account"));
        error.Status.ShouldBe(400);
        error.ErrorCode.ShouldBe("INVALID_FIELD");
        error.Message.ShouldBe(
            "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on entity 'Account'."
            + " If you are attempting to"
            + " use a custom field, be sure to append the '__c' after the custom field name."
            + " Please reference your WSDL or the describe call"
            + " for the appropriate names.");
    }

    [Fact]
    public void Counts_rows_and_columns_from_the_line_at_fault() =>
        Should.Throw<ApiException>(() => SampleOrg.Run("SELECT Id\nFROM Account\nWHERE  Foo = 1")).Message
            .ShouldStartWith("\nWHERE  Foo = 1\n       ^\nERROR at Row:3:Column:8\n");

    [Fact]
    public void Shows_a_part_of_a_long_line()
    {
        var statement = $"SELECT Id FROM Account WHERE Name IN ('{string.Join("','", Enumerable.Range(0, 400))}')"
            + $" AND Foo = 1 AND Name = '{new string('x', 900)}'";
        var lines = Should.Throw<ApiException>(() => SampleOrg.Run(statement)).Message.Split('\n');
        lines[1].Length.ShouldBeLessThanOrEqualTo(160);
        lines[1][lines[2].IndexOf('^')..].ShouldStartWith("Foo = 1");
    }

    [Theory]
    [InlineData("SELECT Id FROM", "MALFORMED_QUERY", 15, "unexpected token: '<EOF>'")]
    [InlineData("SELECT Id FROM Foo", "INVALID_TYPE", 16, "sObject type 'Foo' is not supported.")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY", 56, "unexpected token: 'OR'")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a\\x'", "MALFORMED_QUERY", 37, "illegal character sequence '\\x'")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a", "MALFORMED_QUERY", 37, "no closing quote")]
    [InlineData("SELECT Id FROM Account WHERE Employees__c < null", "MALFORMED_QUERY", 45, "unexpected token: 'null'")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp = 2026-01-31T10:00:00", "MALFORMED_QUERY", 47, "unexpected token")]
    [InlineData("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", 24, "Maximum SOQL offset allowed is 2000")]
    [InlineData("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", 8, "LIMIT of at most 200")]
    [InlineData("SELECT Owner.Foo FROM Account", "INVALID_FIELD", 8, "No such column 'Foo' on entity 'Name'.")]
    [InlineData("SELECT Id FROM Account ORDER BY Tags__c", "INVALID_FIELD", 33, "field 'Tags__c' can not be sorted in a query call")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > '2026-01-31T10:00:00Z'", "INVALID_FIELD", 30,
        "value of filter criterion for field 'SystemModstamp' must be of type dateTime and should not be enclosed in quotes")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > 2026-01-31", "INVALID_FIELD", 30, "must be of type dateTime")]
    [InlineData("SELECT Id FROM Account WHERE Founded__c > 2026-01-31T10:00:00Z", "INVALID_FIELD", 30, "must be of type date and")]
    [InlineData("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", 30, "must be of type string and should be enclosed in quotes")]
    [InlineData("SELECT Id FROM Account WHERE Id = '12'", "INVALID_QUERY_FILTER_OPERATOR", 30, "invalid ID field: 12")]
    [InlineData("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR", 30, "invalid operator on id field")]
    [InlineData("SELECT Id FROM Account WHERE Name INCLUDES ('a')", "INVALID_QUERY_FILTER_OPERATOR", 30,
        "only valid on multipicklist field")]
    [InlineData("SELECT Id FROM Account # 1", "MALFORMED_QUERY", 24, "unexpected token: '#'")]
    public void Refuses_with_code_column_and_reason(string statement, string code, int column, string reason)
    {
        var error = Should.Throw<ApiException>(() => SampleOrg.Run(statement));
        error.ErrorCode.ShouldBe(code);
        error.Message.ShouldContain($"\nERROR at Row:1:Column:{column}\n");
        error.Message.ShouldContain(reason);
    }
}
