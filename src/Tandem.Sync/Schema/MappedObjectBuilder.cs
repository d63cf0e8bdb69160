using System.Text;
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
    /// <summary>From the best: the first also tells of changes that no person made. Source: salesforce-api.md, section 10.</summary>
    private static readonly string[] CursorFields = ["SystemModstamp", "LastModifiedDate", "CreatedDate"];

    /// <param name="problems">Gets one sentence for each thing that cannot be mapped as asked.</param>
    /// <returns>Null when there was a problem.</returns>
    public static MappedObject? Build(
        Mapping mapping, SObjectDescription description, ObjectContext context, ICollection<string> problems)
    {
        var before = problems.Count;
        var cursor = CursorFields.Select(description.FindField).OfType<FieldDescription>().FirstOrDefault();
        CheckObject(mapping, description, cursor, problems);
        var fields = FindFields(mapping, description, cursor, context, problems);
        var unique = FindUniqueIdentifier(mapping, description, problems);
        if (problems.Count > before || cursor is null)
            return null;

        if (unique is not null && fields.TrueForAll(field => field.Description.Name != unique.Name))
            fields.Insert(0, ToMapped(unique, context.Types));
        if (description.FindField("Id") is { } id)
            fields.Add(ToMapped(id, context.Types));
        if (fields.GroupBy(field => field.Column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            problems.Add(
                $"{description.Name}: {string.Join(" and ", twice.Select(field => field.Description.Name))} would share the column "
                + $"{twice.Key}; map one of them.");
            return null;
        }

        var rules = FieldConflicts.Build(mapping, description.Name, fields, context.OrgClock, problems);
        if (problems.Count > before)
            return null;

        var identifier = fields.Find(field => field.Description.Name == unique?.Name);
        var table = new TableDefinition
        {
            Schema = context.Schema,
            Name = description.Name.ToLowerInvariant(),
            Columns = [.. fields.Select(field => field.Column)],
            Indexes = BuildIndexes(mapping, fields, identifier, cursor),
            UniqueColumn = identifier?.Column.Name,
            Capture = mapping.Access == MappingAccess.ReadWrite ? CaptureMode.ReadWrite : CaptureMode.ReadOnly,
        };
        return new MappedObject
        {
            Mapping = mapping,
            Description = description,
            Types = context.Types,
            Fields = fields,
            UniqueIdentifier = identifier,
            CursorField = cursor.Name,
            Table = table,
            Merger = new TableMerger(table, rules),
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
            Merger = mapped.Merger.With(table),
        };
    }

    private static void CheckObject(
        Mapping mapping, SObjectDescription description, FieldDescription? cursor, ICollection<string> problems)
    {
        var name = description.Name;
        if (MappableObjects.FindReason(name, description.IsQueryable) is { } reason)
            problems.Add($"{name}: {char.ToLowerInvariant(reason[0])}{reason[1..]}");
        else if (cursor is null)
            problems.Add(
                $"{name}: the object has no SystemModstamp, LastModifiedDate or CreatedDate, or the integration user may not see them, "
                + "so changes cannot be noticed.");
        if (mapping.Access == MappingAccess.ReadWrite && description is { IsCreateable: false, IsUpdateable: false, IsDeletable: false })
            problems.Add(
                $"{name}: access is read_write, but the integration user may neither create nor change this object; ask for read_only.");
    }

    private static List<MappedField> FindFields(
        Mapping mapping,
        SObjectDescription description,
        FieldDescription? cursor,
        ObjectContext context,
        ICollection<string> problems)
    {
        var fields = new List<MappedField>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "Id" };
        foreach (var name in ListNames(mapping, description, cursor).Where(seen.Add))
        {
            if (description.FindField(name) is { } field)
            {
                if (ColumnTypes.Of(field, context.Types) is null)
                    problems.Add($"{description.Name}.{field.Name}: {DescribeUnmappable(field)}");
                else
                    fields.Add(ToMapped(field, context.Types));
            }
            else if (RelationshipField.Find(description, name) is { } relationship)
            {
                if (relationship.Resolve(description.Name, context, problems) is { } parentField)
                    fields.Add(ToMapped(parentField, context.Types, relationship));
            }

            // Mapping files name IsDeleted for every object, also for those without a recycle bin, which have no such field.
            else if (!name.Equals("IsDeleted", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add($"{description.Name}.{name}: the org has no such field, or the integration user may not see it.");
            }
        }

        return fields;
    }

    /// <summary>
    /// What was asked for by name, then, where all fields were asked for, the others that can be mapped, then what every table needs.
    /// An excluded field may be missing in the org: it is not wanted anyway.
    /// </summary>
    private static IEnumerable<string> ListNames(Mapping mapping, SObjectDescription description, FieldDescription? cursor)
    {
        var excluded = mapping.ExcludedFields.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var all = mapping.Fields.Contains(Mapping.AllFields, StringComparer.Ordinal)
            ? description.Fields
                .Where(field => !field.IsDeprecatedAndHidden && ColumnTypes.Of(field, TypeProfile.Heroku) is not null)
                .Select(field => field.Name)
            : [];
        return mapping.Fields
            .Where(name => name != Mapping.AllFields)
            .Concat(all)
            .Where(name => !excluded.Contains(name))
            .Concat(cursor is null ? [] : [cursor.Name])
            .Append("IsDeleted");
    }

    private static string DescribeUnmappable(FieldDescription field) => field.Type == FieldType.Base64
        ? "binary content is not mapped, because Bulk queries do not bring it; map the fields that describe it."
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

    private static List<IndexDefinition> BuildIndexes(
        Mapping mapping, List<MappedField> fields, MappedField? unique, FieldDescription cursor)
    {
        var indexes = new List<IndexDefinition>
        {
            new(ReservedNames.Sfid, IsUnique: true),
            new(cursor.Name.ToLowerInvariant(), IsUnique: false),
        };
        if (unique is not null)
            indexes.Add(new IndexDefinition(unique.Column.Name, IsUnique: true));
        foreach (var (name, isUnique) in mapping.Indexes)
        {
            var field = fields.Find(field => field.Description.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? fields.Find(field => field.Lookup is not null && field.Column.Name == ColumnName(name));
            if (field is not null && indexes.TrueForAll(index => index.Column != field.Column.Name))
                indexes.Add(new IndexDefinition(field.Column.Name, isUnique));
        }

        return indexes;
    }

    private static MappedField ToMapped(FieldDescription field, TypeProfile types, RelationshipField? relationship = null)
    {
        var type = ColumnTypes.Of(field, types) ?? throw new ArgumentException($"{field.Name} has no column.", nameof(field));
        var column = field.Type == FieldType.Id && relationship is null
            ? ReservedNames.Sfid
            : ColumnName(relationship?.AskedName ?? field.Name);
        return new MappedField
        {
            Description = field,
            Column = new ColumnDefinition(column, type),
            Encode = ValueEncoders.For(type),
            Lookup = relationship?.Lookup,
        };
    }

    /// <summary>A relationship's name and a field's may together be longer than a name of Postgres, which cuts it like this.</summary>
    private static string ColumnName(string name)
    {
        var lower = name.ToLowerInvariant();
        return Encoding.UTF8.GetByteCount(lower) <= PgIdentifier.MaxBytes ? lower : lower[..PgIdentifier.MaxBytes];
    }
}
