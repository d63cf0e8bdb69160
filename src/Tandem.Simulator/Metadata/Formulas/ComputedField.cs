namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>A formula field or a roll-up summary, ready to be computed; the graph holds them in the order in which they settle.</summary>
internal sealed class ComputedField(FieldKey key, Formula? formula, RollUpPlan? rollUp)
{
    public FieldKey Key { get; } = key;

    public Field Field => Key.Field;

    public Formula? Formula { get; } = formula;

    public RollUpPlan? RollUp { get; } = rollUp;

    /// <summary>Greater than that of every computed field that this one reads.</summary>
    public int Level { get; set; }

    /// <summary>The fields that it reads.</summary>
    public IEnumerable<FieldKey> Sources() => RollUp is not null ? RollUp.Sources()
        : Formula?.Paths.SelectMany(path => path.Hops.Append(path.Target)) ?? [];
}
