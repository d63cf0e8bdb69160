namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>A field as a place: its object and its ordinal there.</summary>
internal readonly record struct FieldKey(ObjectType Type, int Ordinal)
{
    public Field Field => Type.Fields[Ordinal];

    public override string ToString() => $"{Type.Name}.{Field.Name}";
}
