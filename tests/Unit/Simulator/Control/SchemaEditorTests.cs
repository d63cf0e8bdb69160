using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Control;

/// <summary>The rules of an object outlive edits of its fields, and no edit leaves a rule that cannot be judged. Source:
/// salesforce-api.md, sections 9.2 and 12.</summary>
public sealed class SchemaEditorTests : IDisposable
{
    private const string Metadata = """
        { "objects": [
          { "name": "User", "keyPrefix": "005", "fields": [] },
          { "name": "Thing__c", "owner": false, "fields": [
            { "name": "Size__c", "type": "number" },
            { "name": "Code__c", "type": "text" },
            { "name": "Spare__c", "type": "text" } ],
            "validationRules": [ { "name": "Small", "condition": "Size__c > 10", "message": "too big" } ],
            "duplicateRules": [ { "name": "Codes", "fields": ["Code__c"] } ] } ] }
        """;

    private readonly Org _org = new(MetadataReader.Parse("test.json", Metadata), new FakeTimeProvider(SampleTime.Noon));

    [Fact]
    public async Task Rules_still_hold_after_an_edit()
    {
        await EditAsync(SchemaOperation.RemoveField, "Spare__c");
        var table = _org.FindTable("Thing__c").ShouldNotBeNull();
        var draft = new RecordDraft
        {
            Table = table,
            Values = new Dictionary<int, object?> { [table.Type.OrdinalOf("Name")] = "one", [table.Type.OrdinalOf("Size__c")] = 11m },
        };
        var results = await new RecordSaver(_org, TimeSpan.Zero).CreateAsync(
            [draft], allOrNone: false, Caller.Of(_org.AdminUserId), TestContext.Current.CancellationToken);
        results[0].Errors.ShouldHaveSingleItem().Message.ShouldBe("too big");
    }

    [Theory]
    [InlineData("Size__c", "Small")]
    [InlineData("Code__c", "Codes")]
    public async Task A_field_that_a_rule_needs_stays(string field, string rule)
    {
        var refusal = await Should.ThrowAsync<ControlException>(() => EditAsync(SchemaOperation.RemoveField, field));
        refusal.Message.ShouldContain(rule);
        _org.FindTable("Thing__c").ShouldNotBeNull().Type.OrdinalOf(field).ShouldBePositive();
    }

    public void Dispose() => _org.Dispose();

    private Task EditAsync(SchemaOperation operation, string field) => new SchemaEditor(_org).ApplyAsync(
        new SchemaEdit { Operation = operation, Object = "Thing__c", Field = field }, TestContext.Current.CancellationToken);
}
