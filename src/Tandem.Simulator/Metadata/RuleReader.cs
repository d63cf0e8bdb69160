using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Metadata;

/// <summary>Reads the validation, duplicate and assignment rules of an object of a metadata file, and holds them to the object once that
/// is built. Used by <see cref="MetadataReader"/>.</summary>
internal static class RuleReader
{
    public const string ValidationRules = "validationRules";
    public const string DuplicateRules = "duplicateRules";
    public const string AssignmentRules = "assignmentRules";

    private static readonly string[] ValidationMembers = ["name", "condition", "message", "field"];
    private static readonly string[] DuplicateMembers = ["name", "fields", "allowSave"];
    private static readonly string[] AssignmentMembers = ["id", "name", "active", "entries"];
    private static readonly string[] EntryMembers = ["condition", "owner"];

    public static void Read(MetadataNode node, ObjectDraft draft)
    {
        foreach (var item in node.Has(ValidationRules) ? node.Objects(ValidationRules) : [])
        {
            item.ExpectOnly(ValidationMembers);
            draft.ValidationRules.Add((new ValidationRule { Name = item.Text("name"), Condition = item.Text("condition"),
                Message = item.Text("message"), Field = item.OptionalText("field") }, item));
        }

        foreach (var item in node.Has(DuplicateRules) ? node.Objects(DuplicateRules) : [])
        {
            item.ExpectOnly(DuplicateMembers);
            var fields = item.Texts("fields");
            draft.DuplicateRules.Add((new DuplicateRule { Name = item.Text("name"), AllowsSave = item.Flag("allowSave", true),
                Fields = fields.Count > 0 ? fields
                    : throw item.Error("fields", "expected the fields that must be alike, found none.") }, item));
        }

        foreach (var item in node.Has(AssignmentRules) ? node.Objects(AssignmentRules) : [])
            draft.AssignmentRules.Add((ReadAssignment(item), item));
    }

    public static void Check(ObjectDraft draft, ObjectType type, Func<string, ObjectType?> findType)
    {
        foreach (var (rule, node) in draft.ValidationRules)
        {
            if (rule.Field is { } field && type.OrdinalOf(field) < 0)
                throw node.Error("field", $"{type.Name} has no field {field}.");
            CheckCondition(rule.Condition, node, type, findType);
        }

        foreach (var (rule, node) in draft.AssignmentRules)
        {
            if (type.OrdinalOf("OwnerId") < 0)
                throw node.Error("entries", $"records of {type.Name} have no owner.");
            foreach (var condition in rule.Entries.Select(entry => entry.Condition).OfType<string>())
                CheckCondition(condition, node, type, findType);
        }

        foreach (var (rule, node) in draft.DuplicateRules)
        {
            if (rule.Fields.FirstOrDefault(name => type.OrdinalOf(name) < 0) is { } missing)
                throw node.Error("fields", $"{type.Name} has no field {missing}.");
        }
    }

    private static AssignmentRule ReadAssignment(MetadataNode node)
    {
        node.ExpectOnly(AssignmentMembers);
        return new AssignmentRule
        {
            Id = RecordId.TryNormalize(node.Text("id"), out var id) && id.StartsWith("01Q", StringComparison.Ordinal)
                ? id : throw node.Error("id", "expected the id of an assignment rule, which begins with 01Q."),
            Name = node.Text("name"),
            IsActive = node.Flag("active", true),
            Entries = [.. node.Objects("entries").Select(entry =>
            {
                entry.ExpectOnly(EntryMembers);
                return new AssignmentEntry { Condition = entry.OptionalText("condition"), Owner = entry.Text("owner") };
            })],
        };
    }

    private static void CheckCondition(string condition, MetadataNode node, ObjectType type, Func<string, ObjectType?> findType)
    {
        try
        {
            FormulaParser.ParseRule(condition, type, findType);
        }
        catch (FormatException exception)
        {
            throw node.Error("condition", exception.Message);
        }
    }
}
