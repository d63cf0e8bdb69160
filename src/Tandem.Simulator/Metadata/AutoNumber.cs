using System.Globalization;

namespace Tandem.Simulator.Metadata;

/// <summary>The pattern of an auto-number field, split around its run of zeros; the saves spell numbers with it.</summary>
internal sealed record AutoNumber(string Prefix, int Digits, string Suffix)
{
    /// <summary>Null when the pattern has no run of zeros in braces.</summary>
    public static AutoNumber? TryParse(string format)
    {
        var start = format.IndexOf('{', StringComparison.Ordinal);
        var end = format.IndexOf('}', StringComparison.Ordinal);
        if (start < 0 || end < start + 2 || format.AsSpan(start + 1, end - start - 1).ContainsAnyExcept('0'))
            return null;
        return new AutoNumber(format[..start], end - start - 1, format[(end + 1)..]);
    }

    public string Spell(long number) => Prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0') + Suffix;
}
