namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>A formula or a roll-up that cannot stand, with the field that declares it; metadata readers turn it into their error.</summary>
internal sealed class ComputedFieldException(FieldKey key, string member, string problem) : Exception($"{key}: {member}: {problem}")
{
    public FieldKey Key { get; } = key;

    /// <summary>The metadata member that is wrong: <c>formula</c> or <c>rollUp</c>.</summary>
    public string Member { get; } = member;

    public string Problem { get; } = problem;
}
