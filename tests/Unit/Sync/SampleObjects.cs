using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;

namespace Tandem.Tests.Unit.Sync;

/// <summary>A small object with a field of each kind, for tests that need a mapping without an org.</summary>
internal static class SampleObjects
{
    public static readonly SObjectDescription Widget = Describe(
        "Widget__c",
        Field("Id", FieldType.Id, 18) with { IsCreateable = false, IsUpdateable = false },
        Field("IsDeleted", FieldType.Boolean) with { IsCreateable = false, IsUpdateable = false },
        Field("SystemModstamp", FieldType.DateTime) with { IsCreateable = false, IsUpdateable = false },
        Field("Name", FieldType.String, 80),
        Field("Ext__c", FieldType.String, 36) with { IsExternalId = true, IsIdLookup = true, IsUnique = true },
        Field("Active__c", FieldType.Boolean),
        Field("Amount__c", FieldType.Currency) with { Precision = 18, Scale = 2 },
        Field("Count__c", FieldType.Int),
        Field("Day__c", FieldType.Date),
        Field("At__c", FieldType.DateTime),
        Field("Hour__c", FieldType.Time),
        Field("Notes__c", FieldType.TextArea, 32_768),
        Field("Kinds__c", FieldType.MultiPicklist, 4_099),
        Field("Parent__c", FieldType.Reference, 18) with { RelationshipName = "Parent__r", ReferenceTo = ["Parent"] },
        Field("Owner__c", FieldType.Reference, 18) with { RelationshipName = "Owner__r", ReferenceTo = ["Group", "User"] },
        Field("Home__Latitude__s", FieldType.Double) with { Precision = 18, Scale = 15, CompoundFieldName = "Home__c" },
        Field("Rate__c", FieldType.Percent) with { Precision = 5, Scale = 2 },
        Field("Gross__c", FieldType.Currency) with { Precision = 18, Scale = 2, IsCalculated = true },
        Field("Secret__c", FieldType.EncryptedString, 50),
        Field("Home__c", FieldType.Location),
        Field("Body__c", FieldType.Base64));

    public static SObjectDescription Describe(string name, params FieldDescription[] fields) => new()
    {
        Name = name,
        Label = name,
        KeyPrefix = "a00",
        IsQueryable = true,
        IsCreateable = true,
        IsUpdateable = true,
        IsDeletable = true,
        IsReplicateable = true,
        Fields = fields,
    };

    public static FieldDescription Field(string name, FieldType type, int length = 0) => new()
    {
        Name = name,
        Label = name,
        Type = type,
        Length = length,
        IsCreateable = true,
        IsUpdateable = true,
    };

    /// <param name="parents">The objects that relationship external ids lead to.</param>
    public static ObjectContext Context(TypeProfile types = TypeProfile.Heroku, params SObjectDescription[] parents) => new()
    {
        Schema = "salesforce",
        Types = types,
        Parents = parents.ToDictionary(parent => parent.Name, StringComparer.OrdinalIgnoreCase),
    };

    /// <summary>Maps the fields of <see cref="Widget"/>; fails the test when they cannot be mapped.</summary>
    public static MappedObject Map(string? upsertField, params string[] fields)
    {
        var problems = new List<string>();
        var mapping = new Mapping
        {
            ObjectName = "Widget__c",
            Access = MappingAccess.ReadWrite,
            Fields = fields,
            UpsertField = upsertField,
        };
        return MappedObjectBuilder.Build(mapping, Widget, Context(), problems)
            ?? throw new InvalidOperationException(string.Join(' ', problems));
    }
}
