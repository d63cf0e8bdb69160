using System.Diagnostics.CodeAnalysis;
using Tandem.Salesforce;

namespace Tandem.Sync.Catalog;

/// <summary>
/// Whether the org's assignment rules give the records that Tandem writes their owners: not at all, the active ones, or named ones of
/// Case and Lead. An option of a connection, off unless asked for. Source: heroku-connect.md, section 7; salesforce-api.md, section 2.9.
/// </summary>
public sealed record AssignmentRules
{
    private const string OffWord = "off";
    private const string OnWord = "on";
    private const string IdPrefix = "01Q";

    /// <summary>The objects that rules can be named for; the active ones of Account are those of its territories.</summary>
    private static readonly string[] Nameable = ["Case", "Lead"];

    private static readonly string[] Assigned = [.. Nameable, "Account"];

    private AssignmentRules(bool isOn, IReadOnlyList<(string ObjectName, SalesforceId Rule)> named)
    {
        IsOn = isOn;
        Named = named;
    }

    public static AssignmentRules Off { get; } = new(false, []);

    /// <summary>The active rules run.</summary>
    public static AssignmentRules On { get; } = new(true, []);

    /// <summary>The active rules run for whatever is written, for a trigger may write the objects that have some.</summary>
    public bool IsOn { get; }

    private IReadOnlyList<(string ObjectName, SalesforceId Rule)> Named { get; }

    /// <summary>Reads <c>off</c>, <c>on</c>, or rules by their objects, as in <c>Case=01Q…,Lead=01Q…</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AssignmentRules? rules)
    {
        rules = text switch { OffWord => Off, OnWord => On, _ => null };
        if (rules is not null)
            return true;
        var named = new List<(string, SalesforceId)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [var name, var rule]
                || !Nameable.Contains(name, StringComparer.Ordinal)
                || !SalesforceId.TryParse(rule, out var id)
                || !id.Value.StartsWith(IdPrefix, StringComparison.Ordinal)
                || named.Exists(other => other.Item1 == name))
                return false;
            named.Add((name, id));
        }

        rules = new AssignmentRules(false, named);
        return true;
    }

    /// <summary>The rule that is named for an object; null when none is.</summary>
    public SalesforceId? RuleOf(string objectName) =>
        Named.FirstOrDefault(pair => pair.ObjectName == objectName) is { ObjectName: not null } found ? found.Rule : null;

    /// <summary>True when records of the object are to get their owners from a rule that no Bulk job can ask for.</summary>
    public bool NeedsCalls(string objectName) => IsOn && Assigned.Contains(objectName, StringComparer.Ordinal);

    public override string ToString() => IsOn ? OnWord
        : Named.Count == 0 ? OffWord
        : string.Join(',', Named.Select(pair => $"{pair.ObjectName}={pair.Rule}"));
}
