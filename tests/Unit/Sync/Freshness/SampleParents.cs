using Tandem.Salesforce.Describe;
using Tandem.Sync.Freshness;

namespace Tandem.Tests.Unit.Sync.Freshness;

/// <summary>Objects that point to each other, with formulas over each other, described without an org.</summary>
internal static class SampleParents
{
    private static readonly FieldDescription Stamp = SampleObjects.Field("SystemModstamp", FieldType.DateTime);
    private static readonly FieldDescription Id = SampleObjects.Field("Id", FieldType.Id, 18);

    public static readonly SObjectDescription User = SampleObjects.Describe(
        "User", Id, Stamp, SampleObjects.Field("Alias", FieldType.String, 8), Lookup("ManagerId", "Manager", "User"));

    public static readonly SObjectDescription Account = SampleObjects.Describe(
        "Account",
        Id,
        Stamp,
        SampleObjects.Field("Name", FieldType.String, 80),
        Lookup("OwnerId", "Owner", "User"),
        Lookup("ParentId", "Parent", "Account"),
        Formula("Owner_Alias__c", "Owner.Alias"),
        Formula("Age__c", "TODAY() - DATEVALUE(SystemModstamp)"),
        Formula("Loop__c", "Parent.Loop__c"),
        Formula("Total__c", null, FieldType.Currency)) with
    {
        ChildRelationships =
        [
            new ChildRelationship { ChildObject = "Opportunity", Field = "AccountId", RelationshipName = null, IsCascadeDelete = true },
        ],
    };

    public static readonly SObjectDescription Hidden = SampleObjects.Describe("NoStamp__c", Id);

    /// <summary>A case with one formula.</summary>
    public static SObjectDescription Case(string? formula, FieldType type = FieldType.String) => SampleObjects.Describe(
        "Case",
        Id,
        Stamp,
        SampleObjects.Field("Subject", FieldType.String, 80),
        Lookup("AccountId", "Account", "Account"),
        Lookup("OwnerId", "Owner", "Group", "User"),
        Lookup("Secret__c", "Secret__r", "Secret__c"),
        Lookup("Bare__c", "Bare__r", "NoStamp__c"),
        Formula("Other__c", "Account.Name"),
        Formula("F__c", formula, type));

    public static async Task<FieldDependencies> FindAsync(string? formula, FieldType type = FieldType.String)
    {
        var description = Case(formula, type);
        var objects = new[] { User, Account, Hidden, description }.ToDictionary(one => one.Name);
        var finder = new DependencyFinder((name, _) => Task.FromResult(objects.GetValueOrDefault(name)));
        var field = description.FindField("F__c") ?? throw new InvalidOperationException("The sample has no formula.");
        return await finder.FindAsync(description, field, Xunit.TestContext.Current.CancellationToken);
    }

    public static RelationshipPath Path(params string[] relationships) => new()
    {
        Hops =
        [
            .. relationships.Select(name => name.Split(':')).Select(names => new Hop
            {
                Relationship = names[0],
                LookupField = $"{names[0]}Id",
                Target = names.Length > 1 ? names[1] : names[0],
                IsPolymorphic = names.Length > 1,
            }),
        ],
    };

    private static FieldDescription Lookup(string name, string relationship, params string[] targets) =>
        SampleObjects.Field(name, FieldType.Reference, 18) with { RelationshipName = relationship, ReferenceTo = targets };

    private static FieldDescription Formula(string name, string? formula, FieldType type = FieldType.String) =>
        SampleObjects.Field(name, type, 1300) with { IsCalculated = true, CalculatedFormula = formula };
}
