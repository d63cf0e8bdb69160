namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// Sets of a schema's fields as events list them: one bitmap for the fields at the top, bit i for index i, then one for each compound of
/// which only parts are meant. Source: salesforce-api.md, section 6.6.
/// </summary>
internal static class FieldBitmap
{
    /// <param name="places">Indexes at the top, and of parts where not the whole compound is meant, else -1.</param>
    public static IReadOnlyList<string> Encode(IEnumerable<(int Top, int Part)> places)
    {
        var top = new List<int>();
        var nested = new SortedDictionary<int, List<int>>();
        foreach (var (index, part) in places)
        {
            if (part < 0)
            {
                top.Add(index);
                continue;
            }

            if (!nested.TryGetValue(index, out var parts))
                nested[index] = parts = [];
            parts.Add(part);
        }

        // Decoders look at the first element for the top and at the last for parts, so the order is part of the contract.
        List<string> bitmaps = [];
        if (top.Count > 0)
            bitmaps.Add(Hex(top));
        bitmaps.AddRange(nested.Select(pair => FormattableString.Invariant($"{pair.Key}-{Hex(pair.Value)}")));
        return bitmaps;
    }

    private static string Hex(List<int> bits)
    {
        var bytes = new byte[(bits.Max() / 8) + 1];
        foreach (var bit in bits)
            bytes[^((bit / 8) + 1)] |= (byte)(1 << (bit % 8));
        return "0x" + Convert.ToHexString(bytes);
    }
}
