using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>Which references of an org point to an object and are bound to its records' life; found once for each object that a call is
/// about.</summary>
internal sealed class ReferenceMap(Org org)
{
    private readonly Dictionary<ObjectType, IReadOnlyList<(ObjectTable Table, int Ordinal, Field Field)>> _known = [];

    public IReadOnlyList<(ObjectTable Table, int Ordinal, Field Field)> To(ObjectType target)
    {
        if (_known.TryGetValue(target, out var known))
            return known;
        var found = new List<(ObjectTable, int, Field)>();
        foreach (var type in org.Types.OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
            {
                var field = type.Fields[ordinal];
                if (field.OnDelete != DeleteRule.Keep && field.ReferenceTo.Contains(target.Name, StringComparer.Ordinal)
                    && org.FindTable(type.Name) is { } table)
                    found.Add((table, ordinal, field));
            }
        }

        return _known[target] = found;
    }
}
