using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>
/// A mapping joined with what the org says of its object: the fields in the order of the columns, the table, the select list.
/// Immutable; made by <see cref="MappedObjectBuilder"/> at the start of a shift.
/// </summary>
public sealed record MappedObject
{
    public required Mapping Mapping { get; init; }

    public required SObjectDescription Description { get; init; }

    public required TableDefinition Table { get; init; }

    /// <summary>Which column types the table has.</summary>
    public required TypeProfile Types { get; init; }

    /// <summary>Merges into the table; it keeps its statements, so there is one for as long as the mapping lives.</summary>
    public required TableMerger Merger { get; init; }

    /// <summary>In the order of the table's columns and of <see cref="SelectList"/>; <c>Id</c> is the last.</summary>
    public required IReadOnlyList<MappedField> Fields { get; init; }

    /// <summary>The unique identifier; null when inserts are plain creates.</summary>
    public required MappedField? UniqueIdentifier { get; init; }

    /// <summary>Deletes show in queryAll only where the object has a recycle bin.</summary>
    public bool HasRecycleBin => Description.FindField("IsDeleted") is not null;

    public string Name => Description.Name;

    /// <summary>The API names, comma-separated, in the order of <see cref="Fields"/>.</summary>
    public string SelectList => string.Join(',', Fields.Select(mapped => mapped.Description.Name));

    /// <summary>
    /// The field that tells when a record changed: SystemModstamp, or for an object without it LastModifiedDate or CreatedDate.
    /// </summary>
    public required string CursorField { get; init; }

    public IReadOnlyList<string> Columns => [.. Fields.Select(mapped => mapped.Column.Name)];

    /// <summary>A query for all mapped fields of the records that the mapping's filter lets in, without order.</summary>
    /// <param name="condition">A SOQL condition besides the filter; null for none.</param>
    public string Select(string? condition = null) => Select(SelectList, condition);

    /// <summary>As above with a select list of one's own, such as <c>Id</c> or <c>COUNT()</c>.</summary>
    public string Select(string selectList, string? condition)
    {
        var conditions = new[] { Mapping.Filter, condition }.OfType<string>().Select(text => $"({text})").ToList();
        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        return $"SELECT {selectList} FROM {Name}{where}";
    }

    /// <summary>The same with other types for these columns, for the rest of a shift in which they were widened.</summary>
    public MappedObject WithColumns(IReadOnlyDictionary<string, ColumnType> types)
    {
        var fields = Fields
            .Select(field => types.TryGetValue(field.Column.Name, out var type)
                ? field with { Column = field.Column with { Type = type }, Encode = ValueEncoders.For(type) }
                : field)
            .ToList();
        var table = Table with { Columns = [.. fields.Select(field => field.Column)] };
        return this with
        {
            Fields = fields,
            UniqueIdentifier = fields.Find(field => field.Column.Name == UniqueIdentifier?.Column.Name),
            Table = table,
            Merger = Merger.With(table),
        };
    }
}
