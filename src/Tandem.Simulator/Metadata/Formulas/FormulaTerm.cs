namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>A part of a formula, compiled: what it gives, and how. The parser joins terms into a <see cref="Formula"/>.</summary>
internal sealed class FormulaTerm(FormulaKind kind, int position, Func<FormulaRow, object?> evaluate)
{
    public FormulaKind Kind { get; } = kind;

    /// <summary>Where it starts in the text, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>True for a field, of this record or of a parent.</summary>
    public bool IsField { get; init; }

    public object? Evaluate(FormulaRow row) => evaluate(row);
}
