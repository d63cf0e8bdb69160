using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Control;

/// <summary>
/// Changes the org's objects and fields while it runs. Each edit builds a new table with converted records beside the old one and
/// puts it in its place within the org's gate: queries that run end on the old table, saves that were read before are refused.
/// Describe is new from then on. Source: salesforce-api.md, sections 2.2 and 12.
/// </summary>
public sealed class SchemaEditor(Org org)
{
    private const string Origin = "definition";

    private static readonly string[] SystemFields =
    [
        "Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp",
    ];

    private readonly List<SchemaEdit> _journal = [];

    /// <summary>The edits since the metadata was read, in their order; only read and written within the org's gate.</summary>
    internal IReadOnlyList<SchemaEdit> Journal => [.. _journal];

    /// <summary>The org's objects by name.</summary>
    public IReadOnlyList<ObjectType> Objects => [.. org.Types.OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <exception cref="ControlException">The edit names what is not there, or would break what is.</exception>
    /// <exception cref="MetadataException">The definition does not describe an object or a field.</exception>
    public async Task ApplyAsync(SchemaEdit edit, CancellationToken cancellationToken)
    {
        using (await org.Gate.EnterAsync(cancellationToken))
            Apply(edit);
    }

    /// <summary>Makes an edit; only called within the gate, or before the org is used.</summary>
    internal void Apply(SchemaEdit edit)
    {
        switch (edit.Operation)
        {
            case SchemaOperation.AddObject:
                Reshape(new ObjectTable(ReadObject(Needed(edit))));
                break;
            case SchemaOperation.RemoveObject:
                RemoveObject(Table(edit.Object));
                break;
            case SchemaOperation.AddField:
                AddField(Table(edit.Object), Needed(edit));
                break;
            case SchemaOperation.ChangeField:
                ChangeField(Table(edit.Object), edit.Field, Needed(edit));
                break;
            case SchemaOperation.RemoveField:
                RemoveField(Table(edit.Object), edit.Field);
                break;
            default:
                throw new ControlException($"{edit.Operation} is no schema edit.");
        }

        _journal.Add(edit);
    }

    /// <summary>A restored snapshot brings the edits that had been made when it was taken.</summary>
    internal void ReplaceJournal(IEnumerable<SchemaEdit> journal)
    {
        var kept = journal.ToList();
        _journal.Clear();
        _journal.AddRange(kept);
    }

    private static JsonElement Needed(SchemaEdit edit) =>
        edit.Definition ?? throw new ControlException($"{edit.Operation} needs a definition.");

    private ObjectTable Table(string name) => org.FindTable(name) ?? throw ControlException.Missing("object", name);

    private ObjectType ReadObject(JsonElement definition)
    {
        var type = MetadataReader.ParseObject(Origin, definition, [.. org.Types]);
        return org.FindTable(type.Name) is null ? type : throw new ControlException($"There is an object {type.Name} already.");
    }

    private void RemoveObject(ObjectTable table)
    {
        var holder = org.Types.Where(type => !ReferenceEquals(type, table.Type)).SelectMany(type => type.Fields
                .Where(field => field.ReferenceTo.Contains(table.Type.Name, StringComparer.Ordinal))
                .Select(field => $"{type.Name}.{field.Name}")).FirstOrDefault();
        if (holder is not null)
            throw new ControlException($"{table.Type.Name} cannot be removed: {holder} refers to it.");
        org.Reshape([], [table]);
    }

    private void AddField(ObjectTable table, JsonElement definition)
    {
        var added = FieldReader.Read(new MetadataNode(Origin, "$", definition)).ToList();
        foreach (var field in added)
        {
            if (table.Type.FindField(field.Name) is not null)
                throw new ControlException($"{table.Type.Name} has a field {field.Name} already.");
            if (field.ReferenceTo.FirstOrDefault(name => org.FindTable(name) is null) is { } missing)
                throw ControlException.Missing("object", missing);
        }

        Replace(table, [.. table.Type.Fields, .. added], added.ToDictionary(field => field.Name, _ => -1, StringComparer.Ordinal));
    }

    private void ChangeField(ObjectTable table, string name, JsonElement definition)
    {
        var ordinal = Changeable(table.Type, name);
        var old = table.Type.Fields[ordinal];
        if (old.IsCalculated)
            throw new ControlException($"{table.Type.Name}.{old.Name} is computed; remove it and add another.");
        if (old.IsCompound || old.CompoundFieldName is not null)
            throw new ControlException($"{table.Type.Name}.{old.Name} is a compound or a part of one; remove it and add another.");
        var changed = FieldChange.Of(old, definition);
        if (!changed.Name.Equals(old.Name, StringComparison.OrdinalIgnoreCase) && table.Type.FindField(changed.Name) is not null)
            throw new ControlException($"{table.Type.Name} has a field {changed.Name} already.");
        Field[] fields = [.. table.Type.Fields];
        fields[ordinal] = changed;
        Replace(table, fields, new Dictionary<string, int>(StringComparer.Ordinal) { [changed.Name] = ordinal });
    }

    private void RemoveField(ObjectTable table, string name)
    {
        var field = table.Type.Fields[Changeable(table.Type, name)];
        if (field.IsNameField)
            throw new ControlException($"{table.Type.Name}.{field.Name} is the name of the record and cannot be removed.");
        Field[] left = [.. table.Type.Fields.Where(other => !ReferenceEquals(other, field)
            && !(field.IsCompound && field.Name.Equals(other.CompoundFieldName, StringComparison.OrdinalIgnoreCase)))];
        Replace(table, left, new Dictionary<string, int>(StringComparer.Ordinal));
    }

    private static int Changeable(ObjectType type, string name)
    {
        var ordinal = type.OrdinalOf(name);
        if (ordinal < 0)
            throw ControlException.Missing("field", $"{type.Name}.{name}");
        return SystemFields.Contains(type.Fields[ordinal].Name, StringComparer.Ordinal)
            ? throw new ControlException($"{type.Name}.{name} is a field of the system and cannot be changed.") : ordinal;
    }

    private void Replace(ObjectTable table, IReadOnlyList<Field> fields, IReadOnlyDictionary<string, int> origins)
    {
        var type = table.Type.With(fields);
        RequireRules(type);
        Reshape(new TableMigration(table, type, origins).Run(org.Now()));
    }

    /// <summary>A rule without one of its fields would break every save.</summary>
    private void RequireRules(ObjectType type)
    {
        foreach (var rule in type.DuplicateRules)
        {
            if (rule.Fields.FirstOrDefault(name => type.OrdinalOf(name) < 0) is { } missing)
                throw new ControlException($"{type.Name}.{missing} is needed by the duplicate rule {rule.Name}.");
        }

        var conditions = type.ValidationRules.Select(rule => (Rule: $"validation rule {rule.Name}", rule.Condition))
            .Concat(type.AssignmentRules.SelectMany(rule => rule.Entries.Select(entry => entry.Condition).OfType<string>()
                .Select(condition => (Rule: $"assignment rule {rule.Name}", Condition: condition))));
        foreach (var (rule, condition) in conditions)
        {
            try
            {
                FormulaParser.ParseRule(condition, type, name => org.FindTable(name)?.Type);
            }
            catch (FormatException exception)
            {
                throw new ControlException($"The {rule} of {type.Name} would not fit: {exception.Message}");
            }
        }
    }

    private void Reshape(ObjectTable table)
    {
        try
        {
            org.Reshape([table], []);
        }
        catch (ComputedFieldException exception)
        {
            throw new ControlException(
                $"{exception.Key.Type.Name}.{exception.Key.Field.Name} would not fit its {exception.Member}: {exception.Problem}");
        }

        org.Recompute();
    }
}
