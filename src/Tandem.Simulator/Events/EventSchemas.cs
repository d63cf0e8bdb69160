using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>
/// Names the shape of an object's events: the same shape always has the same id, and any change of fields makes another. Ids that were
/// given out stay known, because old events are read with them. Source: salesforce-api.md, section 6.5.
/// </summary>
public sealed class EventSchemas(Org org)
{
    private const int HashBytes = 16;

    private readonly ConditionalWeakTable<ObjectType, string> _ids = [];
    private readonly ConcurrentDictionary<string, ObjectType> _types = new(StringComparer.Ordinal);

    /// <summary>The id of the events of an object in this very shape: change events, or platform events for an <c>__e</c>.</summary>
    public string IdOf(ObjectType type)
    {
        if (_ids.TryGetValue(type, out var known))
            return known;
        var id = Hash(type);
        _types.TryAdd(id, type);
        _ids.AddOrUpdate(type, id);
        return id;
    }

    /// <summary>The object in the shape that an id names; null for an id that the org has never given out.</summary>
    public ObjectType? Find(string schemaId)
    {
        if (_types.TryGetValue(schemaId, out var type))
            return type;
        foreach (var candidate in org.Types)
            IdOf(candidate);
        return _types.GetValueOrDefault(schemaId);
    }

    /// <summary>The id of a schema that a text describes.</summary>
    internal static string IdOf(string text) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, HashBytes));

    private static string Hash(ObjectType type)
    {
        var text = new StringBuilder(type.Name);
        foreach (var field in type.Fields)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n{field.Name}:{field.Type}:{field.CompoundFieldName}:{field.Formula is not null}:{field.IsNillable}");
        }

        return IdOf(text.ToString());
    }
}
