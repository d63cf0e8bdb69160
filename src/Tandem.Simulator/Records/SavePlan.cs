using System.Runtime.CompilerServices;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>What saving a record of an object looks at, found once per object instead of once per row. Used by
/// <see cref="RowSave"/>.</summary>
internal sealed class SavePlan
{
    private static readonly ConditionalWeakTable<ObjectType, SavePlan> Plans = [];

    private readonly object?[] _defaults;

    private SavePlan(ObjectType type)
    {
        var fields = type.Fields;
        _defaults = [.. fields.Select(field => field.DefaultValue ?? (field.Type == FieldType.Boolean ? (object?)false : null))];
        Owner = type.OrdinalOf("OwnerId");
        CreatedDate = type.OrdinalOf("CreatedDate");
        CreatedBy = type.OrdinalOf("CreatedById");
        var ordinals = Enumerable.Range(1, fields.Count - 1).ToList();
        Required = [.. ordinals.Where(ordinal => fields[ordinal] is { IsNillable: false, IsCreateable: true, IsAutoNumber: false })];
        References = [.. ordinals.Where(ordinal => fields[ordinal] is { Type: FieldType.Reference, IsCreateable: true })];
        Unique = [.. ordinals.Where(ordinal => fields[ordinal].IsUnique)];
        Locations = [.. ordinals.Where(ordinal => fields[ordinal].CompoundFieldName is not null
            && fields[ordinal].Name.Contains("Latitude", StringComparison.Ordinal)).Select(ordinal => (ordinal,
            type.OrdinalOf(fields[ordinal].Name.Replace("Latitude", "Longitude", StringComparison.Ordinal))))];
    }

    public int Owner { get; }

    public int CreatedDate { get; }

    public int CreatedBy { get; }

    public IReadOnlyList<int> Required { get; }

    public IReadOnlyList<int> References { get; }

    public IReadOnlyList<int> Unique { get; }

    /// <summary>The places of a latitude and of its longitude; the latter is -1 when there is none.</summary>
    public IReadOnlyList<(int Latitude, int Longitude)> Locations { get; }

    public static SavePlan Of(ObjectType type) => Plans.GetValue(type, static key => new SavePlan(key));

    /// <summary>The values of a new record before anything is written into it.</summary>
    public object?[] NewValues() => (object?[])_defaults.Clone();
}
