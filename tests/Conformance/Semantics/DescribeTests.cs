using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Semantics;

/// <summary>Describe answers every attribute of objects, relationships, record types and fields. Source: salesforce-api.md, section
/// 2.2.</summary>
public sealed class DescribeTests(TestOrg org)
{
    private const string ObjectKeys =
        "activateable associateEntityType associateParentEntity createable custom customSetting deepCloneable deletable "
        + "deprecatedAndHidden feedEnabled hasSubtypes isInterface isSubtype keyPrefix label labelPlural layoutable mergeable "
        + "mruEnabled name queryable replicateable retrieveable searchable triggerable undeletable updateable urls";

    private const string DescribeKeys =
        "fields childRelationships recordTypeInfos actionOverrides compactLayoutable listviewable lookupLayoutable "
        + "searchLayoutable namedLayoutInfos networkScopeFieldName supportedScopes sobjectDescribeOption implementedBy "
        + "implementsInterfaces extendedBy extendsInterfaces defaultImplementation";

    private const string FieldKeys =
        "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive "
        + "compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate "
        + "dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo "
        + "filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup "
        + "inlineHelpText label length mask maskType name nameField namePointing nillable permissionable picklistValues "
        + "polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName "
        + "relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique "
        + "updateable writeRequiresMasterRead";

    [Fact]
    public async Task Lists_every_object_with_every_key()
    {
        var objects = (await org.GetAsync("/sobjects")).GetProperty("sobjects").EnumerateArray().ToList();
        foreach (var one in objects)
            Missing(one, ObjectKeys).ShouldBeEmpty(one.GetProperty("name").GetString());
        objects.Select(one => one.GetProperty("keyPrefix").GetString()).OfType<string>().ShouldBeUnique();
    }

    [Theory]
    [InlineData("Account")]
    [InlineData("Task")]
    [InlineData("OpportunityLineItem")]
    public async Task Describes_an_object_with_every_key(string name)
    {
        var describe = await org.GetAsync($"/sobjects/{name}/describe");
        Missing(describe, $"{ObjectKeys} {DescribeKeys}").ShouldBeEmpty();
        foreach (var field in describe.GetProperty("fields").EnumerateArray())
        {
            Missing(field, FieldKeys).ShouldBeEmpty(field.GetProperty("name").GetString());
            foreach (var value in field.GetProperty("picklistValues").EnumerateArray())
                Missing(value, "active defaultValue label validFor value").ShouldBeEmpty();
        }

        foreach (var child in describe.GetProperty("childRelationships").EnumerateArray())
            Missing(child, "cascadeDelete childSObject deprecatedAndHidden field junctionIdListNames junctionReferenceTo relationshipName "
                + "restrictedDelete").ShouldBeEmpty();
        foreach (var recordType in describe.GetProperty("recordTypeInfos").EnumerateArray())
            Missing(recordType, "active available defaultRecordTypeMapping developerName master name recordTypeId urls").ShouldBeEmpty();
    }

    [Fact]
    public async Task Tells_which_children_go_with_their_parent()
    {
        var children = (await org.GetAsync("/sobjects/Account/describe")).GetProperty("childRelationships").EnumerateArray()
            .Where(child => child.GetProperty("relationshipName").ValueKind == JsonValueKind.String)
            .GroupBy(child => child.GetProperty("relationshipName").GetString().ShouldNotBeNull())
            .ToDictionary(group => group.Key, group => group.First().GetProperty("cascadeDelete").GetBoolean());
        children["Contacts"].ShouldBeTrue();
        children["Opportunities"].ShouldBeTrue();
        children["ChildAccounts"].ShouldBeFalse();
    }

    [Fact]
    public async Task Marks_the_default_of_a_picklist()
    {
        var fields = (await org.GetAsync("/sobjects/Task/describe")).GetProperty("fields").EnumerateArray();
        var priority = fields.Single(field => field.GetProperty("name").GetString() == "Priority").GetProperty("picklistValues");
        priority.EnumerateArray().Single(value => value.GetProperty("defaultValue").GetBoolean()).GetProperty("value").GetString()
            .ShouldBe("Normal");
    }

    [Fact]
    public async Task Tells_what_saves_enforce()
    {
        var account = await org.GetAsync("/sobjects/Account/describe");
        var fields = account.GetProperty("fields").EnumerateArray()
            .ToDictionary(field => field.GetProperty("name").GetString().ShouldNotBeNull(), StringComparer.Ordinal);
        fields["Id"].GetProperty("type").GetString().ShouldBe("id");
        fields["BillingCity"].GetProperty("compoundFieldName").GetString().ShouldBe("BillingAddress");
        fields["BillingAddress"].GetProperty("createable").GetBoolean().ShouldBeFalse();
        fields["Ext_Id__c"].GetProperty("byteLength").GetInt32().ShouldBe(108);
        fields["Ext_Id__c"].GetProperty("idLookup").GetBoolean().ShouldBeTrue();
        fields["Description"].GetProperty("filterable").GetBoolean().ShouldBeFalse();
        fields["Description"].GetProperty("extraTypeInfo").GetString().ShouldBe("plaintextarea");
    }

    [Fact]
    public async Task Need_not_be_read_twice()
    {
        await using var own = await SimulatedOrg.StartAsync();
        var since = own.Clock.GetUtcNow().AddSeconds(1).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        (await own.SendAsync(HttpMethod.Get, "/sobjects/Account/describe", null, ("If-Modified-Since", since))).Status
            .ShouldBe(System.Net.HttpStatusCode.NotModified);
    }

    private static List<string> Missing(JsonElement json, string keys) =>
        [.. keys.Split(' ').Where(key => !json.TryGetProperty(key, out _))];
}
