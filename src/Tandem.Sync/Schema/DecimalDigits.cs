namespace Tandem.Sync.Schema;

/// <summary>
/// A decimal number taken apart without rounding, over a buffer of the caller's: its digits without leading and trailing zeros, its
/// sign and the place of the point. Used by <see cref="ValueEncoders"/> for numeric columns.
/// </summary>
internal ref struct DecimalDigits
{
    /// <summary>Far above the 18 that Salesforce stores; a number with more is no number of Salesforce's.</summary>
    public const int Most = 64;

    private const int LargestExponent = 400;

    private readonly Span<byte> _buffer;
    private int _length;

    private DecimalDigits(Span<byte> buffer) => _buffer = buffer;

    public bool IsNegative { get; private set; }

    /// <summary>How many digits stand left of the point; negative for zeros behind it, more than there are for zeros before it.</summary>
    public int PointAt { get; private set; }

    /// <summary>Values from 0 to 9; empty for zero.</summary>
    public readonly ReadOnlySpan<byte> Digits => _buffer[.._length];

    /// <summary>The digits behind the point.</summary>
    public readonly int Scale => Math.Max(0, _length - PointAt);

    /// <param name="buffer">Of <see cref="Most"/> bytes.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> buffer, out DecimalDigits number)
    {
        number = new DecimalDigits(buffer);
        if (text is [(byte)'-' or (byte)'+', ..])
        {
            number.IsNegative = text[0] == (byte)'-';
            text = text[1..];
        }

        return number.TryReadDigits(text, out var used) && number.TryReadExponent(text[used..]);
    }

    /// <summary>Half away from zero, as Salesforce rounds to a field's scale.</summary>
    public void RoundTo(int scale)
    {
        var kept = PointAt + scale;
        if (kept >= _length)
            return;
        var isUp = kept >= 0 && _buffer[kept] >= 5;
        _length = Math.Max(0, kept);
        if (isUp)
        {
            while (_length > 0 && _buffer[_length - 1] == 9)
                _length--;
            if (_length > 0)
            {
                _buffer[_length - 1]++;
            }
            else
            {
                _buffer[0] = 1;
                _length = 1;
                PointAt++;
            }
        }

        Normalize();
    }

    private bool TryReadDigits(scoped ReadOnlySpan<byte> text, out int used)
    {
        var (hasDigit, hasPoint) = (false, false);
        for (used = 0; used < text.Length; used++)
        {
            if (text[used] == (byte)'.' && !hasPoint)
            {
                hasPoint = true;
                continue;
            }

            if (text[used] is < (byte)'0' or > (byte)'9')
                break;
            hasDigit = true;
            var digit = (byte)(text[used] - (byte)'0');
            if (_length == 0 && digit == 0)
            {
                PointAt -= hasPoint ? 1 : 0;
                continue;
            }

            if (_length == Most)
                return false;
            _buffer[_length++] = digit;
            PointAt += hasPoint ? 0 : 1;
        }

        return hasDigit;
    }

    private bool TryReadExponent(scoped ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'e' or (byte)'E', .. var digits])
        {
            var isNegative = digits is [(byte)'-', ..];
            if (digits is [(byte)'-' or (byte)'+', ..])
                digits = digits[1..];
            if (digits.IsEmpty)
                return false;
            var exponent = 0;
            foreach (var digit in digits)
            {
                if (digit is < (byte)'0' or > (byte)'9' || exponent > LargestExponent)
                    return false;
                exponent = exponent * 10 + (digit - (byte)'0');
            }

            if (exponent > LargestExponent)
                return false;
            PointAt += isNegative ? -exponent : exponent;
        }
        else if (!text.IsEmpty)
        {
            return false;
        }

        Normalize();
        return true;
    }

    private void Normalize()
    {
        while (_length > 0 && _buffer[_length - 1] == 0)
            _length--;
        if (_length > 0)
            return;
        PointAt = 0;
        IsNegative = false;
    }
}
