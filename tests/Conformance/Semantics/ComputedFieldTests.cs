using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>
/// Formulas over parents and over time, and roll-ups over children: when their values change, and which of these changes leave a stamp.
/// Source: salesforce-api.md, section 10 ("Formula fields", "Roll-up summary").
/// </summary>
public sealed class ComputedFieldTests
{
    private const string Metadata = """
        { "objects": [
          { "name": "Account", "fields": [
            { "name": "Tier__c", "type": "text", "length": 20 },
            { "name": "Loud_Name__c", "type": "text", "formula": "UPPER(Name)" } ] },
          { "name": "Invoice__c", "fields": [
            { "name": "Account__c", "type": "reference", "referenceTo": ["Account"] },
            { "name": "Due__c", "type": "date" },
            { "name": "Discount__c", "type": "percent" },
            { "name": "Account_Tier__c", "type": "text", "formula": "Account__r.Tier__c & '/' & Account__r.Owner.Alias" },
            { "name": "Account_Loud__c", "type": "text", "formula": "Account__r.Loud_Name__c" },
            { "name": "Days_Left__c", "type": "number", "formula": "Due__c - TODAY()" },
            { "name": "Is_Late__c", "type": "boolean", "formula": "Due__c < TODAY()" },
            { "name": "Read_At__c", "type": "datetime", "formula": "NOW()" },
            { "name": "Total__c", "type": "currency", "rollUp": { "child": "Line__c", "operation": "sum", "field": "Net__c" } },
            { "name": "Lines__c", "type": "number", "rollUp": { "child": "Line__c", "operation": "count" } },
            { "name": "Open_Lines__c", "type": "number",
              "rollUp": { "child": "Line__c", "operation": "count", "filter": "NOT(Is_Done__c)" } },
            { "name": "Cheapest__c", "type": "currency", "rollUp": { "child": "Line__c", "operation": "min", "field": "Price__c" } },
            { "name": "Last_Day__c", "type": "date", "rollUp": { "child": "Line__c", "operation": "max", "field": "Day__c" } },
            { "name": "To_Pay__c", "type": "currency", "formula": "Total__c * (1 - Discount__c)",
              "formulaTreatNullNumberAsZero": true } ] },
          { "name": "Line__c", "fields": [
            { "name": "Invoice__c", "type": "reference", "referenceTo": ["Invoice__c"], "masterDetail": true, "reparentable": true,
              "childRelationshipName": "Lines" },
            { "name": "Price__c", "type": "currency" },
            { "name": "Quantity__c", "type": "number" },
            { "name": "Day__c", "type": "date" },
            { "name": "Is_Done__c", "type": "boolean" },
            { "name": "Net__c", "type": "currency", "formula": "Price__c * Quantity__c" },
            { "name": "Share__c", "type": "percent", "formula": "Net__c / Invoice__r.Total__c" } ] } ] }
        """;

    [Fact]
    public async Task A_formula_over_a_parent_follows_the_parent_without_a_stamp()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var account = await org.CreateAsync("Account", new { Name = "Acme", Tier__c = "Gold" });
        var invoice = await org.CreateAsync("Invoice__c", new { Name = "I-1", Account__c = account });
        (await org.ValueAsync("Invoice__c", invoice, "Account_Tier__c")).ShouldBe("Gold/user1");
        (await org.ValueAsync("Invoice__c", invoice, "Account_Loud__c")).ShouldBe("ACME");
        var stamp = await org.ValueAsync("Invoice__c", invoice, "SystemModstamp");

        org.Clock.Advance(TimeSpan.FromSeconds(5));
        await org.UpdateAsync("Account", account, new { Name = "Apex", Tier__c = "Tin" });
        (await org.ValueAsync("Invoice__c", invoice, "Account_Tier__c")).ShouldBe("Tin/user1");
        (await org.ValueAsync("Invoice__c", invoice, "Account_Loud__c")).ShouldBe("APEX");
        (await org.ValueAsync("Invoice__c", invoice, "SystemModstamp")).ShouldBe(stamp);

        var other = await org.CreateAsync("Account", new { Name = "Zeta", Tier__c = "Zinc" });
        await org.UpdateAsync("Invoice__c", invoice, new { Account__c = other });
        (await org.ValueAsync("Invoice__c", invoice, "Account_Tier__c")).ShouldBe("Zinc/user1");
        await org.UpdateAsync("Account", account, new { Tier__c = "Lead" });
        (await org.ValueAsync("Invoice__c", invoice, "Account_Tier__c")).ShouldBe("Zinc/user1");
        (await org.RecordsAsync($"SELECT Id FROM Invoice__c WHERE Account_Loud__c = 'ZETA' AND Id = '{invoice}'")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_formula_over_the_day_follows_the_clock_without_a_stamp()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var due = DateOnly.FromDateTime(org.Org.Now()).AddDays(2);
        var invoice = await org.CreateAsync("Invoice__c", new { Name = "I-1", Due__c = due.ToString("O") });
        (await org.ValueAsync("Invoice__c", invoice, "Days_Left__c")).ShouldBe("2.0");
        var stamp = await org.ValueAsync("Invoice__c", invoice, "SystemModstamp");
        var readAt = await org.ValueAsync("Invoice__c", invoice, "Read_At__c");

        org.Clock.Advance(TimeSpan.FromDays(3));
        (await org.ValueAsync("Invoice__c", invoice, "Days_Left__c")).ShouldBe("-1.0");
        (await org.ValueAsync("Invoice__c", invoice, "Is_Late__c")).ShouldBe("true");
        (await org.ValueAsync("Invoice__c", invoice, "Read_At__c")).ShouldNotBe(readAt);
        (await org.ValueAsync("Invoice__c", invoice, "SystemModstamp")).ShouldBe(stamp);
        (await org.RecordsAsync("SELECT Id FROM Invoice__c WHERE Is_Late__c = true")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_roll_up_is_a_save_of_the_master()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var invoice = await org.CreateAsync("Invoice__c", new { Name = "I-1", Discount__c = 10 });
        (await org.ValueAsync("Invoice__c", invoice, "Total__c")).ShouldBe("0.0");
        (await org.ValueAsync("Invoice__c", invoice, "Cheapest__c")).ShouldBe("null");
        var stamp = await org.ValueAsync("Invoice__c", invoice, "SystemModstamp");

        org.Clock.Advance(TimeSpan.FromSeconds(5));
        var line = await org.CreateAsync("Line__c", new { Name = "a", Invoice__c = invoice, Price__c = 10, Quantity__c = 3, Day__c =
            "2026-01-02" });
        await org.CreateAsync("Line__c", new { Name = "b", Invoice__c = invoice, Price__c = 5, Quantity__c = 2, Is_Done__c = true,
            Day__c = "2026-01-05" });
        (await org.ValueAsync("Invoice__c", invoice, "Total__c")).ShouldBe("40.0");
        (await org.ValueAsync("Invoice__c", invoice, "Lines__c")).ShouldBe("2.0");
        (await org.ValueAsync("Invoice__c", invoice, "Open_Lines__c")).ShouldBe("1.0");
        (await org.ValueAsync("Invoice__c", invoice, "Cheapest__c")).ShouldBe("5.0");
        (await org.ValueAsync("Invoice__c", invoice, "Last_Day__c")).ShouldBe("2026-01-05");
        (await org.ValueAsync("Invoice__c", invoice, "To_Pay__c")).ShouldBe("36.0");
        (await org.ValueAsync("Line__c", line, "Share__c")).ShouldBe("75.0");
        var touched = await org.ValueAsync("Invoice__c", invoice, "SystemModstamp");
        string.CompareOrdinal(touched, stamp).ShouldBePositive();

        org.Clock.Advance(TimeSpan.FromSeconds(5));
        await org.UpdateAsync("Line__c", line, new { Name = "renamed" });
        (await org.ValueAsync("Invoice__c", invoice, "SystemModstamp")).ShouldBe(touched, "nothing that is summed up has changed");

        var second = await org.CreateAsync("Invoice__c", new { Name = "I-2" });
        await org.UpdateAsync("Line__c", line, new { Invoice__c = second });
        (await org.ValueAsync("Invoice__c", invoice, "Total__c")).ShouldBe("10.0");
        (await org.ValueAsync("Invoice__c", second, "Total__c")).ShouldBe("30.0");
        await org.DeleteAsync("Line__c", line);
        (await org.ValueAsync("Invoice__c", second, "Total__c")).ShouldBe("0.0");
        org.Org.Undelete([line], org.Admin).ShouldAllBe(result => result.IsSuccess);
        (await org.ValueAsync("Invoice__c", second, "Total__c")).ShouldBe("30.0");
    }

    [Fact]
    public async Task Describe_tells_formulas_from_roll_ups()
    {
        await using var org = await SimulatedOrg.StartAsync(metadata: Metadata);
        var fields = (await org.GetAsync("/sobjects/Invoice__c/describe")).GetProperty("fields").EnumerateArray()
            .ToDictionary(field => field.GetProperty("name").GetString().ShouldNotBeNull());
        foreach (var name in new[] { "Total__c", "To_Pay__c", "Account_Tier__c" })
        {
            fields[name].GetProperty("calculated").GetBoolean().ShouldBeTrue();
            fields[name].GetProperty("createable").GetBoolean().ShouldBeFalse();
            fields[name].GetProperty("updateable").GetBoolean().ShouldBeFalse();
        }

        fields["Total__c"].GetProperty("calculatedFormula").GetString().ShouldBeNull();
        fields["To_Pay__c"].GetProperty("calculatedFormula").GetString().ShouldBe("Total__c * (1 - Discount__c)");
        fields["To_Pay__c"].GetProperty("formulaTreatNullNumberAsZero").GetBoolean().ShouldBeTrue();
        fields["Account_Tier__c"].GetProperty("length").GetInt32().ShouldBe(1300);
    }

    [Theory]
    [InlineData("Account",
        """{ "name": "A__c", "type": "number", "formula": "B__c" }, { "name": "B__c", "type": "number", "formula": "A__c" }""",
        "$.objects[0].fields[", "it depends on itself")]
    [InlineData("Account", """{ "name": "A__c", "type": "number", "rollUp": { "child": "Lead", "operation": "count" } }""",
        "$.objects[0].fields[0].rollUp", "Lead is no detail of Account")]
    [InlineData("Account", """{ "name": "A__c", "type": "text", "formula": "Owner.Nope" }""",
        "$.objects[0].fields[0].formula", "at character 1: Nope is no field of User")]
    public async Task A_mistake_stops_the_start_with_its_place(string on, string fields, string path, string problem)
    {
        var metadata = $$"""{ "objects": [ { "name": "{{on}}", "fields": [ {{fields}} ] } ] }""";
        var error = await Should.ThrowAsync<Tandem.Simulator.Metadata.MetadataException>(() => SimulatedOrg.StartAsync(metadata: metadata));
        error.Path.ShouldStartWith(path);
        error.Message.ShouldContain(problem);
    }
}
