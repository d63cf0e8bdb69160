using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Records;

/// <summary>The rules of an org's objects, compiled when a save first needs them and anew whenever the org's shape has changed. Used by
/// <see cref="RowSave"/>.</summary>
internal sealed class RuleBook
{
    private static readonly ConditionalWeakTable<FieldGraph, RuleBook> Books = [];

    private readonly ConcurrentDictionary<ObjectType, IReadOnlyList<(ValidationRule Rule, Formula Condition)>> _rules = new();

    private readonly ConcurrentDictionary<(ObjectType, AssignmentRule), IReadOnlyList<(AssignmentEntry Entry, Formula? Condition)>> _entries
        = new();

    public static RuleBook Of(Org org) => Books.GetValue(org.Graph, static _ => new RuleBook());

    /// <summary>The errors of all rules that a record breaks.</summary>
    public IEnumerable<SaveError> Judge(OrgTransaction transaction, ObjectType type, object?[] values, object?[]? before)
    {
        if (type.ValidationRules.Count == 0)
            return [];
        var rules = _rules.GetOrAdd(type, static (key, org) => [.. key.ValidationRules.Select(rule =>
            (rule, FormulaParser.ParseRule(rule.Condition, key, name => org.FindTable(name)?.Type)))], transaction.Org);
        var row = transaction.RowOf(values, before);
        return rules.Where(pair => pair.Condition.IsTrue(row)).Select(pair => new SaveError
        {
            StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            Message = pair.Rule.Message,
            Fields = pair.Rule.Field is { } field ? [field] : [],
        }).ToList();
    }

    /// <summary>The first entry of an assignment rule that a record fits.</summary>
    public AssignmentEntry? FindEntry(
        OrgTransaction transaction, ObjectType type, AssignmentRule rule, object?[] values, object?[]? before)
    {
        var entries = _entries.GetOrAdd((type, rule), static (key, org) => [.. key.Item2.Entries.Select(entry => (entry,
            entry.Condition is { } text ? FormulaParser.ParseRule(text, key.Item1, name => org.FindTable(name)?.Type) : null))],
            transaction.Org);
        var row = transaction.RowOf(values, before);
        return entries.FirstOrDefault(pair => pair.Condition?.IsTrue(row) ?? true).Entry;
    }
}
