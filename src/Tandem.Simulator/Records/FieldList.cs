using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>The fields that a read names, as places in the object; reading one row and reading a collection use it.</summary>
internal static class FieldList
{
    /// <summary>Null for no names; an unknown one is refused.</summary>
    public static List<int>? Resolve(ObjectType type, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return null;
        var ordinals = new List<int>();
        foreach (var name in names)
        {
            var ordinal = type.OrdinalOf(name);
            if (ordinal < 0)
                throw new ApiException(400, "INVALID_FIELD", SaveErrors.InvalidField(type.Name, name).Message);
            if (!ordinals.Contains(ordinal))
                ordinals.Add(ordinal);
        }

        return ordinals;
    }

    public static IReadOnlyList<string> Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
