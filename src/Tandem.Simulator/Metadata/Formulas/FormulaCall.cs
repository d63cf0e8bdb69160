namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// A function's name and its arguments while it is compiled. The functions take their arguments from it by the kind they need, and so
/// every mistake names the function, the place and what was expected.
/// </summary>
internal sealed class FormulaCall(string name, int position, IReadOnlyList<FormulaTerm> arguments, FormulaScope scope)
{
    public string Name { get; } = name;

    public int Position { get; } = position;

    public FormulaScope Scope { get; } = scope;

    public IReadOnlyList<FormulaTerm> Arguments { get; } = arguments;

    public int Count => Arguments.Count;

    public FormatException Error(string problem) => Scope.Error(Position, $"{Name}: {problem}");

    public FormulaCall Takes(int least, int most)
    {
        if (Count >= least && Count <= most)
            return this;
        var expected = least == most ? $"{least}" : most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
        throw Error($"expected {expected} arguments, found {Count}");
    }

    public FormulaTerm Argument(int index, FormulaKind kind)
    {
        var argument = Arguments[index];
        return argument.Kind == kind || argument.Kind == FormulaKind.Blank ? argument
            : throw Scope.Error(argument.Position,
                $"{Name} expects a {FormulaParser.Name(kind)} as argument {index + 1}, found a {FormulaParser.Name(argument.Kind)}");
    }

    public Func<FormulaRow, decimal?> Number(int index)
    {
        var argument = Argument(index, FormulaKind.Number);
        return row => FormulaValue.Number(argument.Evaluate(row));
    }

    public Func<FormulaRow, string> Text(int index)
    {
        var argument = Argument(index, FormulaKind.Text);
        return row => FormulaValue.Text(argument.Evaluate(row));
    }

    public Func<FormulaRow, bool> Truth(int index)
    {
        var argument = Argument(index, FormulaKind.Boolean);
        return row => argument.Evaluate(row) is true;
    }

    public Func<FormulaRow, DateOnly?> Date(int index)
    {
        var argument = Argument(index, FormulaKind.Date);
        return row => argument.Evaluate(row) as DateOnly?;
    }

    /// <summary>An argument that must be a field, as the functions that look at a save want it.</summary>
    public FormulaTerm Field(int index) => Arguments[index].IsField ? Arguments[index]
        : throw Scope.Error(Arguments[index].Position, $"{Name} expects a field as argument {index + 1}");

    public FormulaTerm Gives(FormulaKind kind, Func<FormulaRow, object?> evaluate) => new(kind, Position, evaluate);

    public FormulaTerm GivesTruth(Func<FormulaRow, bool> judge) =>
        new(FormulaKind.Boolean, Position, row => FormulaValue.Truth(judge(row)));
}
