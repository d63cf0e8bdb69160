using System.Globalization;

namespace Tandem.Sync.Freshness;

/// <summary>Says how a derived column is kept true.</summary>
internal static class FreshnessWords
{
    public static string Of(FieldDependencies field, FreshnessOptions options, TimeZoneInfo? zone)
    {
        if (field.IsRollUp)
            return "by the poll: Salesforce saves the record when it recalculates a roll-up";
        if (field.IsSteady)
            return "by the poll: the value changes only with its record";
        var ways = new List<string>();
        if (field.Parents.Count > 0)
            ways.Add($"by changes of {Join(field.Parents.Select(path => path.Name))}, asked every {Span(options.ParentInterval)}");
        if (field.UsesDay && zone is not null)
            ways.Add($"daily after midnight in {zone.Id}");
        if (field.UsesMoment)
            ways.Add($"every {Span(options.MomentInterval)}, because it uses the time of day");
        if (field.Unknowns.Count > 0)
            ways.Add($"by a sweep every {Span(options.SweepInterval)}, because it uses {Join(field.Unknowns)}");
        return string.Join("; ", ways);
    }

    private static string Join(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    private static string Span(TimeSpan span) => span switch
    {
        { TotalHours: >= 1, Minutes: 0, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
        { TotalMinutes: >= 1, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
    };
}
