using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>The fields that a read names, as places in the object; reading one row and reading a collection use it.</summary>
internal static class FieldList
{
    /// <summary>Null, which is all fields, for no names; one that is unknown, or hidden from the user, is refused.</summary>
    public static List<int>? Resolve(ObjectType type, IReadOnlyList<string> names, UserAccess access)
    {
        if (names.Count == 0)
            return access.IsFull ? null : Visible(type, access);
        var ordinals = new List<int>();
        foreach (var name in names)
        {
            var ordinal = type.OrdinalOf(name);
            if (ordinal < 0 || !access.CanSee(type, type.Fields[ordinal]))
                throw new ApiException(400, "INVALID_FIELD", SaveErrors.InvalidField(type.Name, name).Message);
            if (!ordinals.Contains(ordinal))
                ordinals.Add(ordinal);
        }

        return ordinals;
    }

    private static List<int> Visible(ObjectType type, UserAccess access) =>
        [.. Enumerable.Range(0, type.Fields.Count).Where(ordinal => access.CanSee(type, type.Fields[ordinal]))];

    public static IReadOnlyList<string> Split(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
