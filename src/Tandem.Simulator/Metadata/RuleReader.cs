using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Metadata;

/// <summary>Reads the validation and duplicate rules of an object of a metadata file, and holds them to the object once that is built.
/// Used by <see cref="MetadataReader"/>.</summary>
internal static class RuleReader
{
    public const string ValidationRules = "validationRules";
    public const string DuplicateRules = "duplicateRules";

    private static readonly string[] ValidationMembers = ["name", "condition", "message", "field"];
    private static readonly string[] DuplicateMembers = ["name", "fields", "allowSave"];

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
    }

    public static void Check(ObjectDraft draft, ObjectType type, Func<string, ObjectType?> findType)
    {
        foreach (var (rule, node) in draft.ValidationRules)
        {
            if (rule.Field is { } field && type.OrdinalOf(field) < 0)
                throw node.Error("field", $"{type.Name} has no field {field}.");
            try
            {
                FormulaParser.ParseRule(rule.Condition, type, findType);
            }
            catch (FormatException exception)
            {
                throw node.Error("condition", exception.Message);
            }
        }

        foreach (var (rule, node) in draft.DuplicateRules)
        {
            if (rule.Fields.FirstOrDefault(name => type.OrdinalOf(name) < 0) is { } missing)
                throw node.Error("fields", $"{type.Name} has no field {missing}.");
        }
    }
}
