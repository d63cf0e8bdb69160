namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// A formula field that must be computed anew when a field changes, and the references that lead from its record to the changed one; with
/// none it is the same record.
/// </summary>
internal sealed record Dependent(ComputedField Field, IReadOnlyList<FieldKey> Way);
