namespace Tandem.Simulator.Metadata;

/// <summary>An object while its metadata is read: what the files declare, before the system's own fields join.</summary>
internal sealed class ObjectDraft
{
    private readonly List<(Field Field, MetadataNode Node)> _fields = [];

    public required MetadataNode Node { get; init; }

    public required string Name { get; init; }

    public required string Label { get; init; }

    public required string LabelPlural { get; init; }

    public required string KeyPrefix { get; init; }

    /// <summary>Null when the file does not say: then an object has an owner unless it is the detail of a master.</summary>
    public required bool? HasOwner { get; init; }

    public required bool HasRecycleBin { get; init; }

    public required bool IsCreateable { get; init; }

    public required bool IsUpdateable { get; init; }

    public required bool IsDeletable { get; init; }

    public required bool IsBulkSupported { get; init; }

    public required bool IsMergeable { get; init; }

    /// <summary>True for an object whose rows are written once: it knows when and by whom, and no stamp of a change.</summary>
    public required bool IsHistory { get; init; }

    /// <summary>True for an object whose rows grant access: it knows when and by whom a row was changed last, and no more.</summary>
    public required bool IsShare { get; init; }

    /// <summary>True when queues own records of it too: then <c>OwnerId</c> points to groups and users.</summary>
    public required bool HasQueues { get; init; }

    /// <summary>The fields whose changes the object's history tells.</summary>
    public List<(string Field, MetadataNode Node)> TrackedFields { get; } = [];

    public int Rows { get; set; }

    /// <summary>Where the metadata ask for a compact table; null when they do not.</summary>
    public MetadataNode? CompactNode { get; set; }

    public List<(ValidationRule Rule, MetadataNode Node)> ValidationRules { get; } = [];

    public List<(DuplicateRule Rule, MetadataNode Node)> DuplicateRules { get; } = [];

    public List<(AssignmentRule Rule, MetadataNode Node)> AssignmentRules { get; } = [];

    public IReadOnlyList<(Field Field, MetadataNode Node)> Declared => _fields;

    public void Add(Field field, MetadataNode node, bool mustBeCustom)
    {
        if (mustBeCustom && !field.IsCustom && !IsOfPersonAccounts(field.Name))
            throw node.Error("name", $"{field.Name} is added to the existing object {Name}; expected a name that ends with __c.");
        if (field.Name.Equals("Id", StringComparison.OrdinalIgnoreCase) || _fields.Exists(other => other.Field.Name.Equals(field.Name,
            StringComparison.OrdinalIgnoreCase))
            || SystemFields().Any(other => other.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)))
            throw node.Error("name", $"{Name} has a field {field.Name} already.");
        _fields.Add((field, node));
    }

    public ObjectType Build()
    {
        var id = new Field { Name = "Id", Type = FieldType.Id, Label = "Record ID", Length = 18, IsNillable = false, IsIdLookup = true,
            IsCreateable = false, IsUpdateable = false, IsDefaultedOnCreate = true };
        List<Field> fields = [id, .. _fields.Select(pair => pair.Field)];
        if (!IsHistory && !IsShare && !IsPlatformEvent && !fields.Exists(field => field.IsNameField))
        {
            if (fields.Exists(field => field.Name.Equals("Name", StringComparison.OrdinalIgnoreCase)))
                throw Node.Error("fields", $"{Name} has a field Name that is not marked as its nameField.");
            fields.Insert(1, new Field { Name = "Name", Type = FieldType.String, Label = Label + " Name", Length = 80, IsNameField = true,
                IsNillable = false });
        }

        fields.AddRange(SystemFields());
        return new ObjectType(Name, Label, KeyPrefix, fields)
        {
            LabelPlural = LabelPlural,
            IsCreateable = IsCreateable,
            IsUpdateable = IsUpdateable,
            IsDeletable = IsDeletable,
            IsBulkSupported = IsBulkSupported,
            IsMergeable = IsMergeable,
            SeedRows = Rows,
            IsCompact = CompactNode is not null,
            TrackedFields = [.. TrackedFields.Select(pair => pair.Field)],
            ValidationRules = [.. ValidationRules.Select(pair => pair.Rule)],
            DuplicateRules = [.. DuplicateRules.Select(pair => pair.Rule)],
            AssignmentRules = [.. AssignmentRules.Select(pair => pair.Rule)],
        };
    }

    private bool IsPlatformEvent => Name.EndsWith("__e", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<Field> SystemFields()
    {
        if (IsPlatformEvent)
        {
            yield return System("ReplayId", FieldType.String, "Replay ID") with { Length = 1333, IsNillable = true };
            yield return System("EventUuid", FieldType.String, "Event UUID") with { Length = 36, IsNillable = true };
            yield return System("CreatedDate", FieldType.DateTime, "Created Date");
            yield return System("CreatedById", FieldType.Reference, "Created By ID");
            yield break;
        }

        if (HasOwner ?? !IsShare && !_fields.Exists(pair => pair.Field.IsMasterDetail))
        {
            yield return new Field { Name = "OwnerId", Type = FieldType.Reference, Label = "Owner ID", Length = 18, IsNillable = false,
                IsDefaultedOnCreate = true, ReferenceTo = HasQueues ? ["Group", "User"] : ["User"], RelationshipName = "Owner",
                OnDelete = DeleteRule.Keep };
        }

        if (HasRecycleBin)
            yield return System("IsDeleted", FieldType.Boolean, "Deleted");
        if (!IsShare)
        {
            yield return System("CreatedDate", FieldType.DateTime, "Created Date");
            yield return System("CreatedById", FieldType.Reference, "Created By ID");
        }

        if (IsHistory)
            yield break;
        yield return System("LastModifiedDate", FieldType.DateTime, "Last Modified Date");
        yield return System("LastModifiedById", FieldType.Reference, "Last Modified By ID");
        if (!IsShare)
            yield return System("SystemModstamp", FieldType.DateTime, "System Modstamp");
    }

    private static Field System(string name, FieldType type, string label) => new()
    {
        Name = name,
        Type = type,
        Label = label,
        Length = type == FieldType.Reference ? 18 : 0,
        IsNillable = false,
        IsCreateable = false,
        IsUpdateable = false,
        IsDefaultedOnCreate = true,
        ReferenceTo = type == FieldType.Reference ? ["User"] : [],
        RelationshipName = type == FieldType.Reference ? name[..^2] : null,
        OnDelete = DeleteRule.Keep,
    };

    /// <summary>What an org gains on Account when person accounts are switched on, which metadata therefore may add.</summary>
    private bool IsOfPersonAccounts(string name) => Name == "Account"
        && (name.EndsWith("__pc", StringComparison.Ordinal) || name.StartsWith("Person", StringComparison.Ordinal)
            || name is "IsPersonAccount" or "Salutation" or "FirstName" or "LastName");
}
