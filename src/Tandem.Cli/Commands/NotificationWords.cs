using System.CommandLine;
using System.Globalization;

namespace Tandem.Cli.Commands;

/// <summary>The words that choose among notifications, and the query that they become.</summary>
internal sealed class NotificationWords
{
    private readonly Option<DateTimeOffset?> _after = Moment("--after", "Only those after this moment, such as 2026-01-31T12:00:00Z.");
    private readonly Option<DateTimeOffset?> _before = Moment("--before", "Only those before this moment.");
    private readonly Option<string?> _type = new("--event-type") { Description = "Only those of this type." };

    public IReadOnlyList<Option> All => [_after, _before, _type];

    /// <param name="before">Counts instead of the one that is given.</param>
    public string Read(ParseResult parsed, DateTimeOffset? before = null)
    {
        var members = new[]
        {
            ("event_type", parsed.GetValue(_type)),
            ("after", Spell(parsed.GetValue(_after))),
            ("before", Spell(before ?? parsed.GetValue(_before))),
        };
        var query = string.Join('&', members
            .Where(member => !string.IsNullOrEmpty(member.Item2))
            .Select(member => $"{member.Item1}={Uri.EscapeDataString(member.Item2 ?? "")}"));
        return query.Length == 0 ? "" : $"?{query}";
    }

    private static string? Spell(DateTimeOffset? moment) => moment?.ToString("O", CultureInfo.InvariantCulture);

    private static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
                return moment;
            result.AddError($"{name}: expected a moment such as 2026-01-31T12:00:00Z, found {text}.");
            return null;
        },
    };
}
