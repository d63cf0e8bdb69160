using System.Text.Json;
using Tandem.Simulator.Metadata.Formulas;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// Reads one field of a metadata file into the fields that it stands for: one, or for an address or a location the compound and
/// its parts. Used by <see cref="MetadataReader"/>; the members are described in docs/simulator.md.
/// </summary>
internal static class FieldReader
{
    /// <summary>What describe says of every formula that gives a text.</summary>
    private const int FormulaTextLength = 1300;

    private static readonly string[] Members =
    [
        "name", "type", "label", "length", "precision", "scale", "digits", "required", "createable", "updateable", "unique", "externalId",
        "caseSensitive", "idLookup", "autoNumber", "formula", "restricted", "html", "nameField", "default", "values", "referenceTo",
        "relationshipName", "childRelationshipName", "masterDetail", "reparentable", "derived", "compound", "onDelete", "rollUp",
        "formulaTreatNullNumberAsZero", "seeded", "platform",
    ];

    private static readonly (string Name, FieldType Type, int Length)[] AddressParts =
    [
        ("Street", FieldType.TextArea, 255), ("City", FieldType.String, 40), ("State", FieldType.String, 80),
        ("PostalCode", FieldType.String, 20), ("Country", FieldType.String, 80), ("Latitude", FieldType.Double, 0),
        ("Longitude", FieldType.Double, 0), ("GeocodeAccuracy", FieldType.Picklist, 40),
    ];

    public static IEnumerable<Field> Read(MetadataNode node)
    {
        node.ExpectOnly(Members);
        var name = node.Text("name");
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || !char.IsAsciiLetter(name[0]))
            throw node.Error("name", $"{name} is no field name: expected letters, digits and underscores.");
        var type = ReadType(node);
        return type switch
        {
            FieldType.Address => Address(node, name),
            FieldType.Location => Location(node, name),
            _ => [Simple(node, name, type)],
        };
    }

    private static FieldType ReadType(MetadataNode node)
    {
        var text = node.Text("type");
        if (text.Equals("Text", StringComparison.OrdinalIgnoreCase))
            return FieldType.String;
        if (text.Equals("Number", StringComparison.OrdinalIgnoreCase))
            return FieldType.Double;
        if (Enum.TryParse<FieldType>(text, ignoreCase: true, out var type) && type != FieldType.Id && !char.IsAsciiDigit(text[0]))
            return type;
        throw node.Error("type", $"{text} is no field type; known are text, number and those that a describe call names, without id.");
    }

    private static Field Simple(MetadataNode node, string name, FieldType type)
    {
        var isNumber = type is FieldType.Double or FieldType.Currency or FieldType.Percent;
        var formula = node.OptionalText("formula");
        var rollUp = ReadRollUp(node);
        var isFormulaText = formula is not null && type == FieldType.String && !node.Flag("platform", false);
        var length = node.Number("length", isFormulaText ? FormulaTextLength : DefaultLength(type), 1, 131_072);
        var precision = node.Number("precision", isNumber ? 18 : 0, 0, 18);
        var scale = node.Number("scale", type is FieldType.Currency or FieldType.Percent ? 2 : 0, 0, precision);
        var isMasterDetail = node.Flag("masterDetail", false);
        var isAutoNumber = node.Has("autoNumber");
        var derivation = ReadDerivation(node);
        var isReadOnly = isAutoNumber || formula is not null || rollUp is not null
            || derivation is not (Derivation.None or Derivation.StageProbability or Derivation.LineTotal or Derivation.LineUnitPrice);
        var isExternalId = node.Flag("externalId", false);
        var isNillable = type != FieldType.Boolean && !isMasterDetail && !isAutoNumber && !node.Flag("required", false);
        var isLong = (type == FieldType.TextArea && length > 255) || type is FieldType.EncryptedString or FieldType.Base64;
        var field = new Field
        {
            Name = name,
            Type = type,
            Label = node.OptionalText("label") ?? LabelOf(name),
            Length = IsText(type) ? length : 0,
            Precision = precision,
            Scale = scale,
            Digits = type switch { FieldType.Int => node.Number("digits", 8, 1, 9), FieldType.Long => node.Number("digits", 18, 1, 18),
                _ => 0 },
            IsNillable = isNillable,
            IsCreateable = !isReadOnly && node.Flag("createable", true),
            IsUpdateable = !isReadOnly && node.Flag("updateable", true) && (!isMasterDetail || node.Flag("reparentable", false)),
            IsFilterable = !isLong,
            IsSortable = !isLong && type != FieldType.MultiPicklist,
            IsUnique = node.Flag("unique", false),
            IsExternalId = isExternalId,
            IsIdLookup = isExternalId || node.Flag("idLookup", false),
            IsCaseSensitive = node.Flag("caseSensitive", false),
            IsAutoNumber = isAutoNumber,
            AutoNumberFormat = node.OptionalText("autoNumber"),
            Formula = formula,
            TreatsBlankAsZero = node.Flag("formulaTreatNullNumberAsZero", false),
            IsPlatformFormula = node.Flag("platform", false),
            RollUp = rollUp,
            OnDelete = ReadDeleteRule(node, isMasterDetail, isNillable || type != FieldType.Reference),
            IsSeeded = node.Flag("seeded", true),
            Derivation = derivation,
            IsRestrictedPicklist = node.Flag("restricted", false),
            IsHtml = node.Flag("html", false),
            IsNameField = node.Flag("nameField", false),
            PicklistValues = node.Texts("values"),
            ReferenceTo = node.Texts("referenceTo"),
            RelationshipName = type == FieldType.Reference ? node.OptionalText("relationshipName") ?? RelationshipOf(name) : null,
            ChildRelationshipName = node.OptionalText("childRelationshipName"),
            IsMasterDetail = isMasterDetail,
            CompoundFieldName = node.OptionalText("compound"),
        };
        Check(node, field);
        return WithDefault(node, field);
    }

    private static void Check(MetadataNode node, Field field)
    {
        if (field.Type == FieldType.Reference != field.ReferenceTo.Count > 0)
            throw node.Error("referenceTo", "a field of type reference, and no other, names the objects that it points to.");
        if (field.IsMasterDetail && (field.Type != FieldType.Reference || field.ReferenceTo.Count > 1))
            throw node.Error("masterDetail", "only a reference to one object can be a master-detail field.");
        if (field.Type is FieldType.Picklist or FieldType.MultiPicklist && field.IsRestrictedPicklist && field.PicklistValues.Count == 0)
            throw node.Error("values", "a restricted picklist needs its values.");
        if (field.IsExternalId && field.Type is not (FieldType.String or FieldType.Double or FieldType.Email))
            throw node.Error("externalId", "only a field of type string, double or email can be an external id.");
        if (field.IsUnique && field.Type is not (FieldType.String or FieldType.Double or FieldType.Email or FieldType.Int))
            throw node.Error("unique", "only a field of type string, double, int or email can be unique.");
        if (field.AutoNumberFormat is { } format && (field.Type != FieldType.String || AutoNumber.TryParse(format) is null))
            throw node.Error("autoNumber",
                "expected a field of type string and a pattern with one run of zeros in braces, such as W-{0000}.");
        if (field.Formula is not null && (FormulaValue.ResultOf(field.Type) is null
            || (!field.IsPlatformFormula && field.Type is (FieldType.Int or FieldType.Picklist or FieldType.Phone or FieldType.Email))))
            throw node.Error("formula", "a formula gives a string, a double, a currency, a percent, a boolean, a date or a datetime.");
        if (field.Formula is not null && field.RollUp is not null)
            throw node.Error("rollUp", "a field is a formula or a roll-up, not both.");
    }

    private static Field WithDefault(MetadataNode node, Field field)
    {
        if (node.Optional("default") is not { } given)
            return field.Type == FieldType.Boolean ? field with { DefaultValue = false, IsDefaultedOnCreate = true } : field;
        var input = FieldInput.Read(field, given);
        if (input.Error is not null || input.Value is null || given.ValueKind == JsonValueKind.Null)
            throw node.Error("default", $"this is no value of a field of type {field.Type}.");
        return field with { DefaultValue = input.Value, IsDefaultedOnCreate = true };
    }

    private static RollUp? ReadRollUp(MetadataNode node)
    {
        if (node.OptionalObject("rollUp") is not { } rollUp)
            return null;
        rollUp.ExpectOnly(["child", "operation", "field", "filter"]);
        var text = rollUp.Text("operation");
        if (!Enum.TryParse<RollUpOperation>(text, ignoreCase: true, out var operation) || char.IsAsciiDigit(text[0]))
            throw rollUp.Error("operation", $"{text} is no operation; known are {string.Join(", ", Enum.GetNames<RollUpOperation>())}.");
        return new RollUp
        {
            Child = rollUp.Text("child"),
            Operation = operation,
            Field = rollUp.OptionalText("field"),
            Filter = rollUp.OptionalText("filter"),
        };
    }

    /// <summary>Without a word, details go with their master, required references hold their target, and others are emptied.</summary>
    private static DeleteRule ReadDeleteRule(MetadataNode node, bool isMasterDetail, bool isNillable)
    {
        if (node.OptionalText("onDelete") is not { } text)
            return isMasterDetail ? DeleteRule.Cascade : isNillable ? DeleteRule.Clear : DeleteRule.Restrict;
        if (!Enum.TryParse<DeleteRule>(text, ignoreCase: true, out var rule) || char.IsAsciiDigit(text[0]))
            throw node.Error("onDelete", $"{text} is no rule; known are {string.Join(", ", Enum.GetNames<DeleteRule>())}.");
        if (isMasterDetail && rule != DeleteRule.Cascade)
            throw node.Error("onDelete", "a detail goes with its master; expected cascade.");
        return rule;
    }

    private static Derivation ReadDerivation(MetadataNode node)
    {
        if (node.OptionalText("derived") is not { } text)
            return Derivation.None;
        if (Enum.TryParse<Derivation>(text, ignoreCase: true, out var derivation) && derivation != Derivation.None)
            return derivation;
        throw node.Error("derived", $"{text} is no derivation; known are {string.Join(", ", Enum.GetNames<Derivation>().Skip(1))}.");
    }

    private static IEnumerable<Field> Address(MetadataNode node, string name)
    {
        var isCustom = name.EndsWith("__c", StringComparison.Ordinal);
        if (!isCustom && !name.EndsWith("Address", StringComparison.Ordinal))
            throw node.Error("name", $"{name} is no name of an address: expected one that ends with Address or __c.");
        var stem = isCustom ? name[..^3] + "__" : name[..^"Address".Length];
        foreach (var part in AddressParts)
        {
            yield return new Field
            {
                Name = stem + part.Name + (isCustom ? "__s" : ""),
                Type = part.Type,
                Label = LabelOf(stem + part.Name),
                Length = part.Length,
                Precision = part.Type == FieldType.Double ? 18 : 0,
                Scale = part.Type == FieldType.Double ? 15 : 0,
                CompoundFieldName = name,
            };
        }

        yield return Compound(node, name, FieldType.Address);
    }

    private static IEnumerable<Field> Location(MetadataNode node, string name)
    {
        if (!name.EndsWith("__c", StringComparison.Ordinal))
            throw node.Error("name", $"{name} is no name of a location: expected one that ends with __c.");
        var scale = node.Number("scale", 6, 0, 15);
        foreach (var part in (string[])["Latitude", "Longitude"])
        {
            yield return new Field
            {
                Name = $"{name[..^3]}__{part}__s",
                Type = FieldType.Double,
                Label = $"{LabelOf(name)} ({part})",
                Precision = scale + 3,
                Scale = scale,
                CompoundFieldName = name,
            };
        }

        yield return Compound(node, name, FieldType.Location);
    }

    private static Field Compound(MetadataNode node, string name, FieldType type) => new()
    {
        Name = name,
        Type = type,
        Label = node.OptionalText("label") ?? LabelOf(name),
        IsCreateable = false,
        IsUpdateable = false,
        IsSortable = false,
    };

    private static bool IsText(FieldType type) => DefaultLength(type) > 0;

    private static int DefaultLength(FieldType type) => type switch
    {
        FieldType.Reference or FieldType.Id => 18,
        FieldType.String or FieldType.TextArea or FieldType.Picklist or FieldType.Combobox or FieldType.Url => 255,
        FieldType.MultiPicklist => 4099,
        FieldType.Phone => 40,
        FieldType.Email => 80,
        FieldType.EncryptedString => 175,
        FieldType.AnyType => 4000,
        _ => 0,
    };

    private static string RelationshipOf(string name) =>
        name.EndsWith("__c", StringComparison.Ordinal) ? name[..^1] + "r"
        : name.EndsWith("Id", StringComparison.Ordinal) ? name[..^2]
        : name;

    /// <summary>The words of a name: <c>BillingCity</c> reads as <c>Billing City</c>.</summary>
    private static string LabelOf(string name)
    {
        var stem = name.EndsWith("__c", StringComparison.Ordinal) ? name[..^3] : name;
        var spaced = string.Concat(stem.Select((letter, at) =>
            at > 0 && char.IsUpper(letter) && char.IsLower(stem[at - 1]) ? $" {letter}" : letter.ToString()));
        return spaced.Replace('_', ' ').Replace("  ", " ", StringComparison.Ordinal).Trim();
    }
}
