using System.Text.Json;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>A key of an address or a location and the field that it shows. Source: salesforce-api.md, section 8.2.</summary>
internal sealed record CompoundPart(JsonEncodedText Key, int Ordinal)
{
    private static readonly string[] AddressKeys =
        ["city", "country", "countryCode", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state", "stateCode", "street"];

    private static readonly string[] LocationKeys = ["latitude", "longitude"];

    /// <summary>
    /// The parts in the order of their keys; a key without a field has the ordinal -1. Empty for a field that is no compound.
    /// </summary>
    public static IReadOnlyList<CompoundPart> Of(ObjectType type, Field compound)
    {
        if (!compound.IsCompound)
            return [];

        var keys = compound.Type == FieldType.Address ? AddressKeys : LocationKeys;
        return [.. keys.Select(key => new CompoundPart(JsonEncodedText.Encode(key), OrdinalOf(type, compound, key)))];
    }

    private static int OrdinalOf(ObjectType type, Field compound, string key)
    {
        for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
        {
            var part = type.Fields[ordinal];
            if (!compound.Name.Equals(part.CompoundFieldName, StringComparison.OrdinalIgnoreCase))
                continue;
            var name = part.IsCustom && part.Name.EndsWith("__s", StringComparison.Ordinal) ? part.Name[..^3] : part.Name;
            if (name.EndsWith("__" + key, StringComparison.OrdinalIgnoreCase)
                || PartName(compound, name).Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                return ordinal;
            }
        }

        return -1;
    }

    // BillingAddress is made of BillingCity: both share what stands before "Address".
    private static string PartName(Field compound, string name)
    {
        const string suffix = "Address";
        var prefix = compound.Name.EndsWith(suffix, StringComparison.Ordinal) ? compound.Name[..^suffix.Length] : compound.Name;
        return name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name[prefix.Length..] : name;
    }
}
