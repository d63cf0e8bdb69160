using Shouldly;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;

namespace Tandem.Tests.Unit.Sync.Push;

/// <summary>Widgets with relationship external ids: a parent with two of them, and a widget above the widget.</summary>
internal static class SampleChildren
{
    private static readonly SObjectDescription Parent = SampleObjects.Describe(
        "Parent",
        SampleObjects.Field("Code__c", FieldType.String, 20) with { IsExternalId = true, IsIdLookup = true },
        SampleObjects.Field("Number__c", FieldType.Double) with { IsExternalId = true, IsIdLookup = true, Precision = 8 });

    public static readonly MappedObject Mapped = Map(lookup => lookup);

    /// <param name="describe">How the org describes the lookup to the parent.</param>
    /// <param name="fields">What is mapped; nothing maps all that there is.</param>
    public static MappedObject Map(Func<FieldDescription, FieldDescription> describe, params string[] fields)
    {
        var above = SampleObjects.Field("Above__c", FieldType.Reference, 18) with
        {
            RelationshipName = "Above__r", ReferenceTo = ["Widget__c"],
        };
        var widget = SampleObjects.Widget with
        {
            Fields = [.. SampleObjects.Widget.Fields.Select(field => field.Name == "Parent__c" ? describe(field) : field), above],
        };
        var mapping = new Mapping
        {
            ObjectName = "Widget__c",
            Access = MappingAccess.ReadWrite,
            Fields = fields is []
                ? ["Name", "Ext__c", "Parent__c", "Parent__r__Code__c", "Parent__c__Number__c", "Above__r__Ext__c"]
                : fields,
            UpsertField = "Ext__c",
        };
        return MappedObjectBuilder.Build(mapping, widget, SampleObjects.Context(parents: [Parent, widget]), []).ShouldNotBeNull();
    }
}
