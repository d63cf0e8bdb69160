using System.Security.Cryptography;
using System.Text;

namespace Tandem.Postgres;

/// <summary>
/// The one place that turns names and fixed words into SQL text. Everything that generates SQL goes through it.
/// </summary>
public static class PgIdentifier
{
    /// <summary>PostgreSQL cuts longer names silently, so that two of them could become one.</summary>
    public const int MaxBytes = 63;

    private const int HashLength = 8;

    /// <summary>The name between double quotes. Throws <see cref="ArgumentException"/> for a name that PostgreSQL cannot hold.</summary>
    public static string Quote(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            throw new ArgumentException("A PostgreSQL name must have at least one character; the one given is empty.", nameof(name));
        }

        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A PostgreSQL name cannot contain the NUL character; the one given does.", nameof(name));
        }

        var bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes > MaxBytes)
        {
            throw new ArgumentException($"A PostgreSQL name has at most {MaxBytes} bytes; \"{name}\" has {bytes}.", nameof(name));
        }

        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public static string Qualify(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    /// <summary>
    /// The name itself where it fits, else its beginning and a hash of the whole, so that the same long name always gives the same
    /// short one and two long names that begin alike stay apart.
    /// </summary>
    public static string Shorten(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }

        var kept = new StringBuilder(MaxBytes);
        var room = MaxBytes - HashLength - 1;
        foreach (var rune in name.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            kept.Append(rune);
        }

        return $"{kept}_{Hash(name)[..HashLength]}";
    }

    /// <summary>64 hexadecimal digits that stand for the text in generated names.</summary>
    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A name as a string literal, for places where PostgreSQL takes no parameter (function bodies).</summary>
    internal static string Literal(string name)
    {
        _ = Quote(name);
        return TextLiteral(name);
    }

    /// <summary>Fixed words as a string literal, whatever the session says of backslashes.</summary>
    internal static string TextLiteral(string text)
    {
        var doubled = text.Replace("'", "''", StringComparison.Ordinal);
        return text.Contains('\\', StringComparison.Ordinal)
            ? $"E'{doubled.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{doubled}'";
    }
}
