namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// A field that a formula reads: the references it goes over, none for a field of the record itself, and the field at the end. The graph
/// of computed fields is made of them.
/// </summary>
internal sealed record FormulaPath(IReadOnlyList<FieldKey> Hops, FieldKey Target);
