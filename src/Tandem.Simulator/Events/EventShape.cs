using System.Runtime.CompilerServices;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>
/// Which fields of an object its change events hold: no id, no formula, no file, no technical stamp, and the parts of a compound only
/// within it. Both encodings follow it. Source: salesforce-api.md, section 6.5.
/// </summary>
internal sealed class EventShape
{
    private static readonly ConditionalWeakTable<ObjectType, EventShape> Known = [];
    private static readonly string[] AddressKeys =
        ["Street", "City", "State", "PostalCode", "Country", "StateCode", "CountryCode", "Latitude", "Longitude", "GeocodeAccuracy"];

    private static readonly string[] LocationKeys = ["Latitude", "Longitude"];
    private static readonly string[] NameKeys = ["Salutation", "FirstName", "LastName", "MiddleName", "Suffix", "InformalName"];
    private static readonly string[] Technical = ["IsDeleted", "SystemModstamp", "LastViewedDate", "LastReferencedDate"];

    private readonly bool[] _isTold;

    private EventShape(ObjectType type)
    {
        _isTold = new bool[type.Fields.Count];
        Fields = [.. Members(type)];
        foreach (var field in Fields)
        {
            if (field.Ordinal >= 0)
                _isTold[field.Ordinal] = true;
            foreach (var part in field.Parts)
                _isTold[part.Ordinal] = true;
        }

        Ordinals = [.. Enumerable.Range(0, _isTold.Length).Where(ordinal => _isTold[ordinal])];
        LastModifiedDateOrdinal = type.OrdinalOf("LastModifiedDate");
    }

    /// <summary>The members in the order of the object's fields.</summary>
    public IReadOnlyList<EventField> Fields { get; }

    /// <summary>The ordinals of all stored fields that events tell of, parts of compounds too, ascending.</summary>
    public IReadOnlyList<int> Ordinals { get; }

    internal int LastModifiedDateOrdinal { get; }

    public static EventShape Of(ObjectType type) => Known.GetValue(type, static key => new EventShape(key));

    private static IEnumerable<EventField> Members(ObjectType type)
    {
        for (var ordinal = 1; ordinal < type.Fields.Count; ordinal++)
        {
            var field = type.Fields[ordinal];
            if (field.Formula is not null || field.Type == FieldType.Base64 || Technical.Contains(field.Name, StringComparer.Ordinal))
                continue;
            var parts = PartsOf(type, field);
            if (parts.Count > 0)
                yield return new EventField { Field = field, Ordinal = -1, Parts = parts };
            else if (!field.IsCompound && !IsPart(type, field))
                yield return new EventField { Field = field, Ordinal = ordinal };
        }
    }

    private static bool IsPart(ObjectType type, Field field) =>
        field.CompoundFieldName is { } compound && type.OrdinalOf(compound) >= 0;

    private static List<EventPart> PartsOf(ObjectType type, Field compound)
    {
        var keys = compound.Type switch { FieldType.Address => AddressKeys, FieldType.Location => LocationKeys, _ => NameKeys };
        var parts = new List<EventPart>();
        foreach (var key in keys)
        {
            for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
            {
                var field = type.Fields[ordinal];
                if (compound.Name.Equals(field.CompoundFieldName, StringComparison.OrdinalIgnoreCase) && IsCalled(field, compound, key))
                    parts.Add(new EventPart(key, ordinal));
            }
        }

        return parts;
    }

    /// <summary>BillingCity is the City of BillingAddress, Site__Latitude__s the Latitude of Site__c, FirstName the FirstName of
    /// Name.</summary>
    private static bool IsCalled(Field part, Field compound, string key)
    {
        if (!part.Name.Contains("__", StringComparison.Ordinal))
        {
            var prefix = compound.Type == FieldType.Address ? compound.Name.Replace("Address", "", StringComparison.Ordinal) : "";
            return part.Name.Equals(prefix + key, StringComparison.OrdinalIgnoreCase);
        }

        var stem = part.Name.EndsWith("__s", StringComparison.Ordinal) ? part.Name[..^3] : part.Name;
        return stem.EndsWith("__" + key, StringComparison.OrdinalIgnoreCase);
    }
}
