using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>
/// Checks a mapping against the org's description of its object and derives the table. Finds every problem at once.
/// Source: heroku-connect.md, sections 2 to 4.
/// </summary>
public static class MappedObjectBuilder
{
    private static readonly string[] AlwaysMapped = ["SystemModstamp", "IsDeleted"];

    /// <param name="problems">Gets one sentence for each thing that cannot be mapped as asked.</param>
    /// <returns>Null when there was a problem.</returns>
    public static MappedObject? Build(Mapping mapping, SObjectDescription description, string schema, ICollection<string> problems)
    {
        var before = problems.Count;
        CheckObject(mapping, description, problems);
        var fields = FindFields(mapping, description, problems);
        var unique = FindUniqueIdentifier(mapping, description, problems);
        if (problems.Count > before)
            return null;

        if (unique is not null && fields.TrueForAll(field => field.Description.Name != unique.Name))
            fields.Insert(0, ToMapped(unique));
        if (description.FindField("Id") is { } id)
            fields.Add(ToMapped(id));

        var identifier = fields.Find(field => field.Description.Name == unique?.Name);
        var table = new TableDefinition
        {
            Schema = schema,
            Name = description.Name.ToLowerInvariant(),
            Columns = [.. fields.Select(field => field.Column)],
            Indexes = BuildIndexes(mapping, fields, identifier),
            UniqueColumn = identifier?.Column.Name,
            Capture = mapping.Access == MappingAccess.ReadWrite ? CaptureMode.ReadWrite : CaptureMode.ReadOnly,
        };
        return new MappedObject
        {
            Mapping = mapping,
            Description = description,
            Fields = fields,
            UniqueIdentifier = identifier,
            CursorField = "SystemModstamp",
            Table = table,
            Merger = new TableMerger(table),
        };
    }

    /// <summary>The same model for a table some of whose columns have other types than the fields would give them.</summary>
    internal static MappedObject WithColumnTypes(MappedObject mapped, IReadOnlyDictionary<string, ColumnType> types)
    {
        var fields = mapped.Fields
            .Select(field => types.TryGetValue(field.Column.Name, out var type)
                ? field with { Column = field.Column with { Type = type } }
                : field)
            .ToList();
        var table = mapped.Table with { Columns = [.. fields.Select(field => field.Column)] };
        return mapped with
        {
            Fields = fields,
            UniqueIdentifier = fields.Find(field => field.Column.Name == mapped.UniqueIdentifier?.Column.Name),
            Table = table,
            Merger = new TableMerger(table),
        };
    }

    private static void CheckObject(Mapping mapping, SObjectDescription description, ICollection<string> problems)
    {
        var name = description.Name;
        if (!description.IsQueryable)
            problems.Add($"{name}: the org does not let this object be queried, so it cannot be mapped.");
        else if (name.EndsWith("__kav", StringComparison.OrdinalIgnoreCase) || name == "KnowledgeArticleVersion")
            problems.Add($"{name}: knowledge articles need a filter on their publish status in every query and cannot be mapped.");
        else if (description.FindField("SystemModstamp") is null)
            problems.Add(
                $"{name}: the object has no SystemModstamp, or the integration user may not see it, so changes cannot be noticed.");
        if (mapping.Access == MappingAccess.ReadWrite && description is { IsCreateable: false, IsUpdateable: false, IsDeletable: false })
            problems.Add(
                $"{name}: access is read_write, but the integration user may neither create nor change this object; ask for read_only.");
    }

    private static List<MappedField> FindFields(Mapping mapping, SObjectDescription description, ICollection<string> problems)
    {
        var fields = new List<MappedField>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "Id" };
        var always = AlwaysMapped.Where(name => description.FindField(name) is not null);
        foreach (var name in mapping.Fields.Concat(always).Where(seen.Add))
        {
            // Mapping files name IsDeleted for every object, also for those without a recycle bin, which have no such field.
            if (description.FindField(name) is not { } field)
            {
                if (!name.Equals("IsDeleted", StringComparison.OrdinalIgnoreCase))
                    problems.Add(DescribeUnknown(description.Name, name));
            }
            else if (ColumnTypes.Of(field) is null)
                problems.Add($"{description.Name}.{field.Name}: {DescribeUnmappable(field)}");
            else
                fields.Add(ToMapped(field));
        }

        return fields;
    }

    private static string DescribeUnknown(string objectName, string fieldName) =>
        fieldName.Contains("__r__", StringComparison.OrdinalIgnoreCase)
            ? $"{objectName}.{fieldName}: relationship external id fields are not supported yet; map the lookup field itself."
            : $"{objectName}.{fieldName}: the org has no such field, or the integration user may not see it.";

    private static string DescribeUnmappable(FieldDescription field) => field.Type == FieldType.Base64
        ? "binary content is not mapped; map the fields that describe it."
        : "a compound field is not mapped as such; map its parts.";

    private static FieldDescription? FindUniqueIdentifier(Mapping mapping, SObjectDescription description, ICollection<string> problems)
    {
        if (mapping.UpsertField is not { Length: > 0 } name)
            return null;
        var field = description.FindField(name);
        if (field is null)
            problems.Add($"{description.Name}.{name}: asked for as upsert_field, but the org has no such field.");
        else if (field is not ({ IsExternalId: true } or { IsIdLookup: true }))
            problems.Add($"{description.Name}.{name}: asked for as upsert_field, but it is not an external id.");
        else
            return field;
        return null;
    }

    private static List<IndexDefinition> BuildIndexes(Mapping mapping, List<MappedField> fields, MappedField? unique)
    {
        var indexes = new List<IndexDefinition>
        {
            new(ReservedNames.Sfid, IsUnique: true),
            new(ReservedNames.SystemModstamp, IsUnique: false),
        };
        if (unique is not null)
            indexes.Add(new IndexDefinition(unique.Column.Name, IsUnique: true));
        foreach (var (name, isUnique) in mapping.Indexes)
        {
            var field = fields.Find(field => field.Description.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (field is not null && indexes.TrueForAll(index => index.Column != field.Column.Name))
                indexes.Add(new IndexDefinition(field.Column.Name, isUnique));
        }

        return indexes;
    }

    private static MappedField ToMapped(FieldDescription field)
    {
        var type = ColumnTypes.Of(field) ?? throw new ArgumentException($"{field.Name} has no column.", nameof(field));
        var column = field.Type == FieldType.Id ? ReservedNames.Sfid : field.Name.ToLowerInvariant();
        return new MappedField
        {
            Description = field,
            Column = new ColumnDefinition(column, type),
            Encode = ValueEncoders.For(type.Kind),
        };
    }
}
