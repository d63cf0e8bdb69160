namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>The functions that choose, that ask whether something is blank, and that look at the save of a validation rule.</summary>
internal static class LogicFunctions
{
    public static IEnumerable<KeyValuePair<string, Func<FormulaCall, FormulaTerm>>> All =>
    [
        new("AND", call => Every(call, isAll: true)),
        new("OR", call => Every(call, isAll: false)),
        new("NOT", Not),
        new("IF", If),
        new("CASE", Case),
        new("ISBLANK", IsBlank),
        new("ISNULL", IsBlank),
        new("BLANKVALUE", BlankValue),
        new("NULLVALUE", BlankValue),
        new("ISPICKVAL", IsPicklistValue),
        new("ISNEW", IsNew),
        new("ISCHANGED", IsChanged),
        new("PRIORVALUE", PriorValue),
    ];

    private static FormulaTerm Every(FormulaCall call, bool isAll)
    {
        call.Takes(1, int.MaxValue);
        var judges = Enumerable.Range(0, call.Count).Select(call.Truth).ToArray();
        return isAll ? call.GivesTruth(row => Array.TrueForAll(judges, judge => judge(row)))
            : call.GivesTruth(row => Array.Exists(judges, judge => judge(row)));
    }

    private static FormulaTerm Not(FormulaCall call)
    {
        var judge = call.Takes(1, 1).Truth(0);
        return call.GivesTruth(row => !judge(row));
    }

    private static FormulaTerm If(FormulaCall call)
    {
        var judge = call.Takes(3, 3).Truth(0);
        var (yes, no) = (call.Arguments[1], call.Arguments[2]);
        return call.Gives(FormulaOperators.Unify(call.Scope, yes, no, call.Name), row => judge(row) ? yes.Evaluate(row) : no.Evaluate(row));
    }

    private static FormulaTerm Case(FormulaCall call)
    {
        call.Takes(4, int.MaxValue);
        if (call.Count % 2 != 0)
            throw call.Error("expected pairs of a value and a result, and what else to give");
        var subject = call.Arguments[0];
        var otherwise = call.Arguments[^1];
        var kind = otherwise.Kind;
        var choices = new List<(FormulaTerm Value, FormulaTerm Result)>();
        for (var at = 1; at < call.Count - 1; at += 2)
        {
            FormulaOperators.Unify(call.Scope, subject, call.Arguments[at], call.Name);
            var result = call.Arguments[at + 1];
            kind = FormulaOperators.Unify(call.Scope, new FormulaTerm(kind, result.Position, _ => null), result, call.Name);
            choices.Add((call.Arguments[at], result));
        }

        return call.Gives(kind, row =>
        {
            var value = subject.Evaluate(row);
            foreach (var (candidate, result) in choices)
            {
                if (FormulaValue.Same(value, candidate.Evaluate(row)))
                    return result.Evaluate(row);
            }

            return otherwise.Evaluate(row);
        });
    }

    private static FormulaTerm IsBlank(FormulaCall call)
    {
        var argument = call.Takes(1, 1).Arguments[0];
        return call.GivesTruth(row => FormulaValue.IsBlank(argument.Evaluate(row)));
    }

    private static FormulaTerm BlankValue(FormulaCall call)
    {
        var (value, otherwise) = (call.Takes(2, 2).Arguments[0], call.Arguments[1]);
        return call.Gives(FormulaOperators.Unify(call.Scope, value, otherwise, call.Name), row =>
            value.Evaluate(row) is var found && FormulaValue.IsBlank(found) ? otherwise.Evaluate(row) : found);
    }

    private static FormulaTerm IsPicklistValue(FormulaCall call)
    {
        var (field, value) = (call.Takes(2, 2).Field(0), call.Text(1));
        call.Text(0);
        return call.GivesTruth(row => FormulaValue.Same(field.Evaluate(row), value(row)));
    }

    private static FormulaTerm IsNew(FormulaCall call)
    {
        Rule(call).Takes(0, 0);
        return call.GivesTruth(row => row.Before is null);
    }

    private static FormulaTerm IsChanged(FormulaCall call)
    {
        var field = Rule(call).Takes(1, 1).Field(0);
        return call.GivesTruth(row => row.Before is not null && !FormulaValue.Same(field.Evaluate(row), field.Evaluate(row.Prior)));
    }

    private static FormulaTerm PriorValue(FormulaCall call)
    {
        var field = Rule(call).Takes(1, 1).Field(0);
        return call.Gives(field.Kind, row => field.Evaluate(row.Prior));
    }

    private static FormulaCall Rule(FormulaCall call) =>
        call.Scope.IsRule ? call : throw call.Error("only a validation rule can look at a save");
}
