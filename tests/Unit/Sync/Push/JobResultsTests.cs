using Shouldly;
using Tandem.Sync.Push;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>The errors of a Bulk job's rows. Source: salesforce-api.md, section 3.1, point 5.</summary>
public sealed class JobResultsTests
{
    [Theory]
    [InlineData(
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --",
        "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", "Name")]
    [InlineData(
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 200 records: 001A,001B:--",
        "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 200 records: 001A,001B", "")]
    [InlineData("DUPLICATE_VALUE:twice:A__c, B__c--", "DUPLICATE_VALUE", "twice", "A__c,B__c")]
    [InlineData("something else", "UNKNOWN_EXCEPTION", "something else", "")]
    public void Reads_code_message_and_fields(string text, string code, string message, string fields)
    {
        var result = JobResults.ParseError(text);
        (result.Code, result.Message, string.Join(',', result.Fields)).ShouldBe((code, message, fields));
    }
}
