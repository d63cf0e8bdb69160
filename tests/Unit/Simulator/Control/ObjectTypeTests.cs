using System.Reflection;
using Shouldly;
using Tandem.Simulator.Metadata;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Control;

/// <summary>An object keeps all it is when its fields change at run time. Source: salesforce-api.md, section 12.</summary>
public sealed class ObjectTypeTests
{
    [Fact]
    public void Other_fields_leave_every_other_member_as_it_is()
    {
        Field[] fields = [new Field { Name = "Id", Type = FieldType.Id }];
        var type = new ObjectType("Thing__c", "Thing", "a00", fields);
        var members = typeof(ObjectType).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(member => member.CanWrite && (member.PropertyType.IsValueType || member.PropertyType == typeof(string)))
            .ToList();
        foreach (var member in members)
            member.SetValue(type, Other(member.GetValue(type)));
        var changed = type.With([.. fields, new Field { Name = "More__c", Type = FieldType.Boolean }]);
        changed.OrdinalOf("More__c").ShouldBe(1);
        members.ShouldNotBeEmpty();
        foreach (var member in members)
            member.GetValue(changed).ShouldBe(member.GetValue(type), member.Name);
    }

    private static object Other(object? value) => value switch
    {
        bool truth => !truth,
        int number => number + 7,
        _ => "other",
    };
}
