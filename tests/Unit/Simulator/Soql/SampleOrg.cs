using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Soql;
using Tandem.Testing;

namespace Tandem.Tests.Unit.Simulator.Soql;

/// <summary>A small org with accounts and contacts on 2026-01-31, against which the tests of SOQL run.</summary>
internal static class SampleOrg
{
    private static readonly ObjectType User = new("User", "User", "005", [Id, new() { Name = "Name", Type = FieldType.String }]);

    private static readonly ObjectType Group = new("Group", "Group", "00G", [Id, new() { Name = "Name", Type = FieldType.String }]);

    private static readonly ObjectType Account = new("Account", "Account", "001",
    [
        Id,
        new() { Name = "Name", Type = FieldType.String },
        new() { Name = "IsDeleted", Type = FieldType.Boolean },
        new() { Name = "Employees__c", Type = FieldType.Int },
        new() { Name = "Revenue__c", Type = FieldType.Currency },
        new() { Name = "Founded__c", Type = FieldType.Date },
        new() { Name = "SystemModstamp", Type = FieldType.DateTime },
        new() { Name = "Rating", Type = FieldType.Picklist, PicklistValues = ["Hot", "Warm", "Cold"] },
        new() { Name = "Tags__c", Type = FieldType.MultiPicklist },
        new() { Name = "Key__c", Type = FieldType.String, IsCaseSensitive = true, IsExternalId = true },
        new() { Name = "Description", Type = FieldType.TextArea, IsFilterable = false, IsSortable = false },
        new() { Name = "OwnerId", Type = FieldType.Reference, ReferenceTo = ["Group", "User"], RelationshipName = "Owner" },
    ]);

    private static readonly ObjectType Contact = new("Contact", "Contact", "003",
    [
        Id,
        new() { Name = "LastName", Type = FieldType.String },
        new()
        {
            Name = "AccountId", Type = FieldType.Reference, ReferenceTo = ["Account"], RelationshipName = "Account",
            ChildRelationshipName = "Contacts",
        },
    ]);

    public static Org Create()
    {
        var org = new Org(
            [User, Group, Account, Contact], new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)));
        Add(org, User, IdOf("005", 1), "Ada");
        Add(org, Group, IdOf("00G", 1), "Queue");
        Add(org, Account, IdOf("001", 1), "Alpha", false, 10, 1.5m, new DateOnly(2026, 1, 31), At(30, 10),
            "Cold", "a;b", "k1", "x", IdOf("005", 1));
        Add(org, Account, IdOf("001", 2), "beta", false, 20, 20m, new DateOnly(2025, 12, 31), At(31, 0),
            "Hot", "b", "K1", null, IdOf("00G", 1));
        Add(org, Account, IdOf("001", 3), "50% off_", false, null, null, null, At(31, 10), null, null, null, null, null);
        Add(org, Account, IdOf("001", 4), "Gone", true, 40, null, null, At(29, 1), "Warm", null, null, null, null);
        Add(org, Contact, IdOf("003", 1), "One", IdOf("001", 1));
        Add(org, Contact, IdOf("003", 2), "Two", IdOf("001", 2));
        Add(org, Contact, IdOf("003", 3), "Three", null);
        return org;
    }

    public static string IdOf(string prefix, int number) =>
        RecordId.Expand($"{prefix}S0000000000{number}") ?? throw new ArgumentException("A sample id has one digit.", nameof(number));

    public static QueryResult Run(string statement, bool includeDeleted = false)
    {
        var org = Create();
        return QueryBinder.Bind(SoqlParser.Parse(statement), org, UserAccess.Full).Run(includeDeleted);
    }

    private static Field Id => new() { Name = "Id", Type = FieldType.Id };

    private static DateTime At(int day, int hour) => new(2026, 1, day, hour, 0, 0, DateTimeKind.Utc);

    private static void Add(Org org, ObjectType type, params object?[] values) => org.FindTable(type.Name)?.Add(new Record(type, values));
}
