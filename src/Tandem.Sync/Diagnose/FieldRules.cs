using System.Globalization;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Diagnose;

/// <summary>The rules about what a mapping asks for: fields, unique identifier, filter, permissions.</summary>
internal static class FieldRules
{
    private const string Stamp = "SystemModstamp";

    /// <summary>Rows become wide and polls slow before Postgres's own limit of 1,600 columns.</summary>
    private const int ManyFields = 400;

    /// <summary>Postgres allows 1,600 columns, dropped ones included; each table has a few besides the fields.</summary>
    private const int MostFields = 1_590;

    public static IReadOnlyList<Rule<MappingSubject>> All { get; } =
    [
        new("SHOULD_NOT_MAP_CALCULATED_FIELDS", "Calculated Fields", JudgeCalculatedAsync),
        new("SHOULD_HAVE_UPSERT_FIELD", "Upsert Field", JudgeUpsertField),
        new("SHOULD_NOT_MAP_BINARY_FIELDS", "Binary Fields", JudgeBinary),
        new("SHOULD_NOT_MAP_MANY_FIELDS", "Number of Fields", JudgeNumber),
        new("SHOULD_MAP_REQUIRED_FIELDS", "Required Fields", JudgeRequired),
        new("SHOULD_HAVE_PERMISSIONS", "Object and Field Permissions", JudgePermissions),
        new("SHOULD_VIEW_ENCRYPTED_DATA", "Encrypted Fields", JudgeEncrypted),
        new("SHOULD_HAVE_SYSTEM_MODSTAMP", "Change Stamp", JudgeStamp),
        new("SHOULD_FILTER_BY_OWN_FIELDS", "Filter", JudgeFilter),
    ];

    private static async Task<Judgement> JudgeCalculatedAsync(MappingSubject subject, CancellationToken cancellationToken)
    {
        var calculated = Mapped(subject, field => field.IsCalculated);
        if (calculated.Count == 0)
            return Judgement.Green("No calculated field is mapped.");
        if (!subject.Live.Asked.KeepsFormulasFresh)
        {
            return Judgement.Yellow(
                $"{Names.List(calculated)} are calculated, and change in Salesforce without a change of their record. Map them with "
                + "fresh_formulas, or leave them out.");
        }

        var status = (await subject.Facts.FreshnessAsync(cancellationToken)).FirstOrDefault(other => other.ObjectName == subject.Name);
        return status?.Trouble is { } trouble
            ? Judgement.Yellow($"{Names.List(calculated)} are calculated and are not kept fresh: {trouble}")
            : Judgement.Green($"{Names.List(calculated)} are calculated and are kept fresh.");
    }

    private static Judgement JudgeUpsertField(MappingSubject subject)
    {
        if (!subject.IsWritten)
            return Judgement.Skipped("The mapping is read_only and writes nothing.");
        if (!subject.Description.IsCreateable)
            return Judgement.Skipped("The integration user makes no records of this object.");
        if (subject.Live.Asked.UpsertField is not { Length: > 0 } asked)
        {
            var candidates = subject.Description.Fields
                .Where(field => field is { IsExternalId: true, IsUnique: true })
                .Select(field => field.Name)
                .ToList();
            return Judgement.Yellow(
                "The mapping has no upsert_field, so an insert whose answer is lost must be looked up before it is sent again. "
                + (candidates.Count > 0
                    ? $"Name one; the object has {Names.List(candidates)}."
                    : "Give the object a unique external id field in Salesforce and name it."));
        }

        if (subject.Description.FindField(asked) is not { } field || subject.Mapped.UniqueIdentifier is null)
            return Judgement.Red($"The upsert_field {asked} is no field of the org any more, so nothing is inserted. Name another one.");
        if (!field.IsExternalId)
        {
            return Judgement.Yellow(
                $"The upsert_field {field.Name} is no external id. Mark it as one in Salesforce, or name another field.");
        }

        return field.IsUnique
            ? Judgement.Green($"Records are upserted by {field.Name}, a unique external id.")
            : Judgement.Yellow(
                $"The upsert_field {field.Name} is not unique in Salesforce, which refuses an upsert that meets two records. Make it "
                + "unique.");
    }

    /// <summary>Who names such a field is refused at once; who asks for all fields gets all others.</summary>
    private static Judgement JudgeBinary(MappingSubject subject)
    {
        var binary = subject.Description.Fields.Where(field => field.Type == FieldType.Base64).Select(field => field.Name).ToList();
        return binary.Count > 0 && subject.Live.Asked.Fields.Contains(Mapping.AllFields, StringComparer.Ordinal)
            ? Judgement.Yellow(
                $"All fields are asked for, but {Names.List(binary)} hold binary content, which is not mapped. Read it from Salesforce "
                + "when it is needed.")
            : Judgement.Green("No field with binary content is mapped.");
    }

    private static Judgement JudgeNumber(MappingSubject subject)
    {
        var count = subject.Mapped.Fields.Count;
        var stand = string.Create(CultureInfo.InvariantCulture, $"{count} fields are mapped");
        return count switch
        {
            > MostFields => Judgement.Red($"{stand}, more than a table of Postgres has columns. Map fewer."),
            > ManyFields => Judgement.Yellow($"{stand}, which makes polls slow and calls large. Map those that are used."),
            _ => Judgement.Green($"{stand}."),
        };
    }

    private static Judgement JudgeRequired(MappingSubject subject)
    {
        if (!subject.IsWritten)
            return Judgement.Skipped("The mapping is read_only and writes nothing.");
        if (!subject.Description.IsCreateable)
            return Judgement.Skipped("The integration user makes no records of this object.");
        var mapped = subject.Mapped.Fields
            .Select(field => field.Lookup?.Name ?? field.Description.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = subject.Description.Fields
            .Where(field => field is { IsCreateable: true, IsNillable: false, IsDefaultedOnCreate: false }
                and not { Type: FieldType.Boolean } && !mapped.Contains(field.Name))
            .Select(field => field.Name)
            .ToList();
        return missing.Count == 0
            ? Judgement.Green("All required fields are mapped.")
            : Judgement.Red(
                $"Salesforce requires {Names.List(missing)}, which are not mapped, so it refuses every insert. Map them, or map the object "
                + "read_only.");
    }

    private static Judgement JudgePermissions(MappingSubject subject)
    {
        if (!subject.IsWritten)
            return Judgement.Green("The integration user may read the object, and the mapping writes nothing.");
        var (create, update, delete) =
            (subject.Description.IsCreateable, subject.Description.IsUpdateable, subject.Description.IsDeletable);
        string[] denied = [.. Denied(create, "create"), .. Denied(update, "edit"), .. Denied(delete, "delete")];
        if (denied.Length > 0)
        {
            return Judgement.Yellow(
                $"The integration user may not {string.Join(" or ", denied)} records of this object, so Salesforce refuses such changes. "
                + "Give it the permission, or map the object read_only.");
        }

        // Of standard fields many are written by nobody, so only a custom one tells of a permission.
        var closed = Mapped(subject, field => field is { IsCustom: true, IsCalculated: false, IsAutoNumber: false }
            and { IsCreateable: false, IsUpdateable: false });
        return closed.Count > 0
            ? Judgement.Yellow(
                $"The integration user may read {Names.List(closed)} and not write them; local changes of them are not sent. Give it edit "
                + "access to these fields.")
            : Judgement.Green("The integration user may create, edit and delete records and write the mapped fields.");
    }

    private static string[] Denied(bool isAllowed, string word) => isAllowed ? [] : [word];

    private static Judgement JudgeEncrypted(MappingSubject subject)
    {
        var masked = subject.Mapped.Fields.Where(field => field.ArrivesMasked).Select(field => field.Description.Name).ToList();
        return masked.Count == 0
            ? Judgement.Green("No mapped field is encrypted in the classic way.")
            : Judgement.Yellow(
                $"{Names.List(masked)} arrive masked with stars unless the integration user may \"View Encrypted Data\". Give it that, or "
                + "leave them out.");
    }

    private static Judgement JudgeStamp(MappingSubject subject) => subject.Mapped.CursorField == Stamp
        ? Judgement.Green($"Changes are found by {Stamp}.")
        : Judgement.Yellow(
            $"The object has no {Stamp}, so changes are found by {subject.Mapped.CursorField}. What Salesforce itself changes, or every "
            + "change if that is the date of creation, comes with the next verify or reload.");

    private static Judgement JudgeFilter(MappingSubject subject)
    {
        if (subject.Mapped.Mapping.Filter is not { } filter)
            return Judgement.Skipped("The mapping has no filter.");
        var words = FilterWords.Of(filter);
        var foreign = words.Where(word => FilterWords.MovesByItself(word)
                || word.Contains('.', StringComparison.Ordinal)
                || subject.Description.FindField(word) is { IsCalculated: true })
            .ToList();
        return foreign.Count == 0
            ? Judgement.Green("The filter asks for fields of the record itself, so every poll notices who comes and goes.")
            : Judgement.Yellow(
                $"The filter asks for {Names.List(foreign)}, which changes without its record. Rows that come or go by that do so with the "
                + "nightly comparison, not with the next poll.");
    }

    private static List<string> Mapped(MappingSubject subject, Func<FieldDescription, bool> isMeant) =>
    [
        .. subject.Mapped.Fields
            .Where(field => field.Lookup is null && isMeant(field.Description))
            .Select(field => field.Description.Name),
    ];
}
