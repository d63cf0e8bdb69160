using System.Collections.Frozen;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// An object of the org: its name, key prefix and fields. Immutable; a record's values stand in the order of <see cref="Fields"/>,
/// and field 0 is always <c>Id</c>.
/// </summary>
public sealed class ObjectType
{
    private readonly FrozenDictionary<string, int> _ordinals;

    public ObjectType(string name, string label, string keyPrefix, IReadOnlyList<Field> fields)
    {
        if (fields.Count == 0 || fields[0].Type != FieldType.Id)
            throw new ArgumentException($"The first field of {name} must be its Id.", nameof(fields));

        Name = name;
        Label = label;
        KeyPrefix = keyPrefix;
        Fields = fields;
        _ordinals = fields.Select((field, ordinal) => (field.Name, ordinal))
            .ToFrozenDictionary(pair => pair.Name, pair => pair.ordinal, StringComparer.OrdinalIgnoreCase);
        NameOrdinal = fields.ToList().FindIndex(field => field.IsNameField);
        IsDeletedOrdinal = OrdinalOf("IsDeleted");
        SystemModstampOrdinal = OrdinalOf("SystemModstamp");
    }

    public string Name { get; }

    public string Label { get; }

    /// <summary>The first three characters of every id of this object.</summary>
    public string KeyPrefix { get; }

    public string LabelPlural { get => field.Length > 0 ? field : Label + "s"; init; } = "";

    public bool IsCreateable { get; init; } = true;

    public bool IsUpdateable { get; init; } = true;

    public bool IsDeletable { get; init; } = true;

    /// <summary>False for objects that Bulk jobs may not name.</summary>
    public bool IsBulkSupported { get; init; } = true;

    /// <summary>True when records of it can be merged into one.</summary>
    public bool IsMergeable { get; init; }

    /// <summary>How many records the seed makes when the metadata says so; 0 leaves it to the seed's own plan.</summary>
    public int SeedRows { get; init; }

    /// <summary>True when seeded records that nobody has saved are made when they are read, instead of being kept.</summary>
    public bool IsCompact { get; init; }

    /// <summary>The fields whose changes are kept as rows of <see cref="HistoryName"/>; empty for an object without a history.</summary>
    public IReadOnlyList<string> TrackedFields { get; init; } = [];

    /// <summary>The object that holds the history of this one's fields.</summary>
    public string HistoryName => HistoryNameOf(Name);

    public IReadOnlyList<Field> Fields { get; }

    public IReadOnlyList<ValidationRule> ValidationRules { get; init; } = [];

    public IReadOnlyList<DuplicateRule> DuplicateRules { get; init; } = [];

    public IReadOnlyList<AssignmentRule> AssignmentRules { get; init; } = [];

    public bool IsCustom => Name.EndsWith("__c", StringComparison.Ordinal);

    /// <summary>False for objects without a recycle bin (User, RecordType): they have no <c>IsDeleted</c>.</summary>
    public bool HasRecycleBin => IsDeletedOrdinal >= 0;

    /// <summary>True when polling for changes and deletes works: the object keeps the stamp of its last change.</summary>
    public bool IsReplicateable => SystemModstampOrdinal >= 0 && HasRecycleBin;

    /// <summary>The place of the field that names a record; -1 when the object has none.</summary>
    internal int NameOrdinal { get; }

    internal int IsDeletedOrdinal { get; }

    internal int SystemModstampOrdinal { get; }

    internal static string HistoryNameOf(string name) => name.EndsWith("__c", StringComparison.Ordinal) ? name[..^1] + "History"
        : name is "Opportunity" ? "OpportunityFieldHistory" : name + "History";

    /// <summary>The place of a field, whatever the letter case of its name; -1 when there is none.</summary>
    public int OrdinalOf(string fieldName) => _ordinals.GetValueOrDefault(fieldName, -1);

    /// <summary>The object with other fields and all else as it is.</summary>
    internal ObjectType With(IReadOnlyList<Field> fields) => new(Name, Label, KeyPrefix, fields)
    {
        LabelPlural = LabelPlural,
        IsCreateable = IsCreateable,
        IsUpdateable = IsUpdateable,
        IsDeletable = IsDeletable,
        IsMergeable = IsMergeable,
        IsBulkSupported = IsBulkSupported,
        SeedRows = SeedRows,
        IsCompact = IsCompact,
        TrackedFields = TrackedFields,
        ValidationRules = ValidationRules,
        DuplicateRules = DuplicateRules,
        AssignmentRules = AssignmentRules,
    };

    public Field? FindField(string fieldName) => OrdinalOf(fieldName) is >= 0 and var ordinal ? Fields[ordinal] : null;
}
