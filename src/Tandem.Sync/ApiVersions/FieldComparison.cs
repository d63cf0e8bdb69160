using System.Globalization;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.ApiVersions;

/// <summary>
/// Compares two descriptions of an object field by field, as far as a mapping reads it. Safe is text that may be longer, which widens its
/// column, and a new field of a mapping of all fields, which gets a column; all else is for a person.
/// Source: heroku-connect.md, section 12.9.
/// </summary>
internal static class FieldComparison
{
    public static IReadOnlyList<FieldDifference> Compare(Mapping mapping, SObjectDescription current, SObjectDescription target)
    {
        var differences = new List<FieldDifference>();
        foreach (var name in Names(mapping, current, target))
        {
            switch (current.FindField(name), target.FindField(name))
            {
                case ({ } before, { } after):
                    differences.AddRange(Compare(before, after));
                    break;
                case ({ } before, null):
                    differences.Add(new FieldDifference(before.Name, FieldDifferenceKind.Lost, before.TypeName, null, IsSafe: false));
                    break;
                case (null, { } after):
                    differences.Add(new FieldDifference(after.Name, FieldDifferenceKind.Added, null, after.TypeName, IsSafe: true));
                    break;
                default:
                    // A field of a parent, or one that was lost before: both versions agree.
                    break;
            }
        }

        return differences;
    }

    private static IEnumerable<string> Names(Mapping mapping, SObjectDescription current, SObjectDescription target)
    {
        var named = mapping.Fields.Append(mapping.UpsertField).OfType<string>();
        var all = mapping.Fields.Contains(Mapping.AllFields, StringComparer.Ordinal)
            ? current.Fields.Concat(target.Fields)
                .Where(field => HasColumn(field, mapping))
                .Select(field => field.Name)
            : [];
        return named.Where(name => name is not ("" or Mapping.AllFields)).Concat(all).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private static bool HasColumn(FieldDescription field, Mapping mapping) =>
        !mapping.ExcludedFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase)
        && Schema.ColumnTypes.Of(field, TypeProfile.Heroku) is not null;

    private static IEnumerable<FieldDifference> Compare(FieldDescription before, FieldDescription after)
    {
        if (before.TypeName != after.TypeName)
        {
            yield return new FieldDifference(
                after.Name, FieldDifferenceKind.Type, before.TypeName, after.TypeName, IsSafe: false);
            yield break;
        }

        if (before.Length != after.Length)
        {
            yield return new FieldDifference(
                after.Name, FieldDifferenceKind.Length, Text(before.Length), Text(after.Length), after.Length > before.Length);
        }

        if (DigitsOf(before) is var was && DigitsOf(after) is var becomes && was != becomes)
            yield return new FieldDifference(after.Name, FieldDifferenceKind.Digits, was, becomes, IsSafe: false);
    }

    /// <summary>All digits and those right of the point.</summary>
    private static string DigitsOf(FieldDescription field) =>
        $"{Text(Math.Max(field.Precision, field.Digits))},{Text(field.Scale)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
