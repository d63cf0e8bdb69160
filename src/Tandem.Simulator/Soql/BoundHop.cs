namespace Tandem.Simulator.Soql;

/// <summary>A relationship on a bound path and the slots of the joins that it stands for; more than one when it is polymorphic.</summary>
internal sealed record BoundHop(string Relationship, IReadOnlyList<int> Slots);
