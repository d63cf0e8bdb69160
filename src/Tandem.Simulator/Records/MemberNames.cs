using System.Text;
using System.Text.Json;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// Finds the fields that JSON members name. The records of a call mostly bring the same members in the same order, so a member is first
/// held against the one that stood at its place in the record before. Used by <see cref="DraftReader"/>.
/// </summary>
internal sealed class MemberNames(ObjectType type)
{
    private readonly List<(byte[] Name, int Ordinal)> _seen = [];

    /// <summary>The place of the field, or -1 for a name that is no field's.</summary>
    public int OrdinalOf(JsonProperty member, int place)
    {
        if (place < _seen.Count && member.NameEquals(_seen[place].Name))
            return _seen[place].Ordinal;
        var name = member.Name;
        var entry = (Encoding.UTF8.GetBytes(name), type.OrdinalOf(name));
        if (place < _seen.Count)
            _seen[place] = entry;
        else if (place == _seen.Count)
            _seen.Add(entry);
        return entry.Item2;
    }
}
