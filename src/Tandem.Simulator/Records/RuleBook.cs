using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Records;

/// <summary>The validation rules of an org's objects, compiled when a save first needs them and anew whenever the org's shape has
/// changed. Used by <see cref="RowSave"/>.</summary>
internal sealed class RuleBook
{
    private static readonly ConditionalWeakTable<FieldGraph, RuleBook> Books = [];

    private readonly ConcurrentDictionary<ObjectType, IReadOnlyList<(ValidationRule Rule, Formula Condition)>> _rules = new();

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
}
