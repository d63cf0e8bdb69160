using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Schema;

/// <summary>
/// A relationship external id as a mapping file names it: <c>Parent__r__Ext__c</c>, and in older files <c>account__ext__c</c> or
/// <c>Parent__c__Ext__c</c>. Source: heroku-connect.md, section 3.5.
/// </summary>
/// <param name="AskedName">The name in the mapping file, which is the column's too.</param>
/// <param name="Lookup">The lookup field of the object.</param>
/// <param name="ParentFieldName">The field of the object that the lookup leads to.</param>
public sealed record RelationshipField(string AskedName, FieldDescription Lookup, string ParentFieldName)
{
    private const string Separator = "__";

    /// <summary>Null when the name is no lookup or relationship of the object followed by two underscores and more.</summary>
    public static RelationshipField? Find(SObjectDescription description, string name)
    {
        var candidates =
            from field in description.Fields
            where field is { Type: FieldType.Reference, RelationshipName: not null }
            from start in new[] { field.RelationshipName + Separator, field.Name + Separator }
            where name.Length > start.Length && name.StartsWith(start, StringComparison.OrdinalIgnoreCase)
            orderby start.Length descending
            select new RelationshipField(name, field, name[start.Length..]);
        return candidates.FirstOrDefault();
    }

    /// <summary>The objects that a mapping's fields lead to through relationships, each once.</summary>
    public static IReadOnlyList<string> FindParents(SObjectDescription description, IEnumerable<string> names) =>
    [
        .. names.Where(name => description.FindField(name) is null)
            .Select(name => Find(description, name))
            .OfType<RelationshipField>()
            .SelectMany(field => field.Lookup.ReferenceTo)
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Describes the parent's field under the path by which queries of the object reach it.</summary>
    /// <returns>Null when there was a problem, which is added.</returns>
    public FieldDescription? Resolve(string objectName, ObjectContext context, ICollection<string> problems)
    {
        var subject = $"{objectName}.{AskedName}";
        if (Lookup.ReferenceTo is not [var parentName])
        {
            problems.Add(
                $"{subject}: {Lookup.Name} may point to {string.Join(", ", Lookup.ReferenceTo)}; a relationship external id needs a "
                + "lookup with one target.");
            return null;
        }

        if (!context.Parents.TryGetValue(parentName, out var parent))
            problems.Add($"{subject}: the org has no object {parentName}, or the integration user may not see it.");
        else if (parent.FindField(ParentFieldName) is not { } field)
            problems.Add($"{subject}: the object {parentName} has no field {ParentFieldName}, or the integration user may not see it.");
        else if (field is not ({ IsExternalId: true } or { IsIdLookup: true }))
            problems.Add($"{subject}: {parentName}.{field.Name} is not an external id.");
        else
            return field with { Name = $"{Lookup.RelationshipName}.{field.Name}", IsCreateable = false, IsUpdateable = false };
        return null;
    }
}
