using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>The answers to statements that cannot run. Source: salesforce-api.md, section 4, "Errors".</summary>
public sealed class RefusalTests(TestOrg org)
{
    [Fact]
    public async Task Shows_the_line_the_caret_and_the_place()
    {
        var message = await org.RefusalAsync("SELECT Id,\n Foo FROM Account", "INVALID_FIELD");
        message.ShouldBe("\n Foo FROM Account\n ^\nERROR at Row:2:Column:2\nNo such column 'Foo' on entity 'Account'."
            + " If you are attempting to use a custom field, be sure to append the '__c' after the custom field name."
            + " Please reference your WSDL or the describe call for the appropriate names.");
    }

    [Theory]
    [InlineData("", "MALFORMED_QUERY", 0, "")]
    [InlineData("SELECT Id FORM Account", "MALFORMED_QUERY", 11, "unexpected token: 'FORM'")]
    [InlineData("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", 29, "unexpected token: '<EOF>'")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' AND Name = 'c'", "MALFORMED_QUERY", 55, "unexpected token: 'AND'")]
    [InlineData("SELECT Id FROM Account -- all", "MALFORMED_QUERY", 24, "unexpected token: '-'")]
    [InlineData("SELECT Id FROM Account ALL ROWS", "MALFORMED_QUERY", 24, "ALL ROWS not allowed in this context")]
    [InlineData("SELECT Id FROM Foo__c", "INVALID_TYPE", 16, "sObject type 'Foo__c' is not supported.")]
    [InlineData("SELECT Id, (SELECT Id FROM Foos) FROM Account", "INVALID_TYPE", 28,
        "Didn't understand relationship 'Foos' in FROM part of query call.")]
    [InlineData("SELECT Boss.Name FROM Account", "INVALID_FIELD", 8, "Didn't understand relationship 'Boss' in field path.")]
    [InlineData("SELECT Id, (SELECT Foo FROM Contacts) FROM Account", "INVALID_FIELD", 20, "No such column 'Foo' on entity 'Contact'.")]
    [InlineData("SELECT Id, (SELECT COUNT(Id) FROM Contacts) FROM Account", "MALFORMED_QUERY", 0,
        "Only root queries support aggregate expressions")]
    [InlineData("SELECT Name n FROM Account", "MALFORMED_QUERY", 8, "only aggregate expressions use field aliasing")]
    [InlineData("SELECT Id, id FROM Account", "INVALID_FIELD", 12, "duplicate field selected: Id")]
    [InlineData("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", 8, "Field must be grouped or aggregated: Name")]
    [InlineData("SELECT Name, COUNT(Id) FROM Account GROUP BY Type", "MALFORMED_QUERY", 8, "Field must be grouped or aggregated: Name")]
    [InlineData("SELECT Type FROM Account GROUP BY Type ORDER BY Name", "MALFORMED_QUERY", 49,
        "Ordered field must be grouped or aggregated: Name")]
    [InlineData("SELECT COUNT(Id) FROM Account LIMIT 5", "MALFORMED_QUERY", 8, "Non-grouped query that uses overall aggregate functions")]
    [InlineData("SELECT CreatedDate FROM Account GROUP BY CreatedDate", "INVALID_FIELD", 42,
        "field 'CreatedDate' can not be grouped in a query call")]
    [InlineData("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY", 8, "field Name does not support aggregate operator SUM")]
    [InlineData("SELECT COUNT(Id) a, MAX(Name) a FROM Account", "MALFORMED_QUERY", 21, "duplicate alias: a")]
    [InlineData("SELECT Id FROM Account WHERE COUNT(Id) > 1", "MALFORMED_QUERY", 30, "COUNT(Id)")]
    [InlineData("SELECT Id FROM Account HAVING COUNT(Id) > 1", "MALFORMED_QUERY", 24, "unexpected token: 'HAVING'")]
    [InlineData("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", 30,
        "field 'Description' can not be filtered in a query call")]
    [InlineData("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD", 33,
        "field 'Description' can not be sorted in a query call")]
    [InlineData("SELECT Id FROM Account WHERE CreatedDate > '2026-01-31T10:00:00Z'", "INVALID_FIELD", 30,
        "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes")]
    [InlineData("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", 30, "must be of type string and should be enclosed in quotes")]
    [InlineData("SELECT Id FROM Account WHERE NumberOfEmployees = '5'", "INVALID_FIELD", 30, "should not be enclosed in quotes")]
    [InlineData("SELECT Id FROM Account WHERE AnnualRevenue > USD5000", "MALFORMED_QUERY", 46, "unexpected token: 'USD5000'")]
    [InlineData("SELECT Id FROM Account WHERE IsDeleted > true", "INVALID_QUERY_FILTER_OPERATOR", 30, "invalid operator on boolean field")]
    [InlineData("SELECT Id FROM Account WHERE Id = '12'", "INVALID_QUERY_FILTER_OPERATOR", 30, "invalid ID field: 12")]
    [InlineData("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR", 30, "invalid operator on id field")]
    [InlineData("SELECT Id FROM Account WHERE Name INCLUDES ('a')", "INVALID_QUERY_FILTER_OPERATOR", 30,
        "includes or excludes operator only valid on multipicklist field")]
    [InlineData("SELECT Id FROM Account WHERE Name IN (SELECT Id FROM Contact)", "MALFORMED_QUERY", 30, "cannot use: 'Name'")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)", "MALFORMED_QUERY", 44, "cannot use: 'LastName'")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)", "INVALID_FIELD", 30, "should point to the same object type")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a' OR Id IN (SELECT AccountId FROM Contact)", "MALFORMED_QUERY", 44,
        "only allowed at the top level WHERE expressions")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Opportunity)"
        + " AND Id NOT IN (SELECT AccountId FROM Case)", "MALFORMED_QUERY", 0, "Maximum 2 semi join sub-selects are allowed")]
    [InlineData("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", 0, "Maximum SOQL offset allowed is 2000")]
    [InlineData("SELECT FIELDS(ALL) FROM Account LIMIT 201", "MALFORMED_QUERY", 8, "LIMIT of at most 200")]
    [InlineData("SELECT Id FROM Account USING SCOPE nobody", "MALFORMED_QUERY", 0, "nobody")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a\\x'", "MALFORMED_QUERY", 37, "illegal character sequence '\\x'")]
    public async Task Refuses_with_code_column_and_reason(string soql, string code, int column, string reason)
    {
        var message = await org.RefusalAsync(soql, code);
        message.ShouldContain(reason);
        if (column > 0)
            message.ShouldContain($"\nERROR at Row:1:Column:{column}\n");
    }

    [Fact]
    public async Task Refuses_what_is_nested_too_deeply()
    {
        await org.RefusalAsync($"SELECT Id FROM Account WHERE {new string('(', 500)}", "QUERY_TOO_COMPLICATED");
        await org.RefusalAsync($"SELECT {string.Concat(Enumerable.Repeat("FORMAT(", 500))}", "QUERY_TOO_COMPLICATED");
        await org.RefusalAsync($"SELECT Id FROM Account WHERE {string.Concat(Enumerable.Repeat("NOT+", 500)).Replace('+', ' ')}",
            "QUERY_TOO_COMPLICATED");
    }
}
