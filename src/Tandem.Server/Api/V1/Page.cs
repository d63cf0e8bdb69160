using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tandem.Server.Api.V1;

/// <summary>
/// Which part of a list is asked for: so many items behind a place. The place is the key of the last item of the page before, so that no
/// item is skipped or told twice when others come or go meanwhile.
/// </summary>
internal sealed record Page(int Limit, string? After)
{
    private const int Usual = 100;
    private const int Largest = 1_000;
    private const int LongestCursor = 1_000;

    /// <summary>The place as a number, where keys are numbers; null at the beginning.</summary>
    /// <exception cref="ApiException">It is none.</exception>
    public long? AfterNumber => After is null ? null
        : long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw NoCursor();

    /// <exception cref="ApiException">It is not asked for as it can be.</exception>
    public static Page Read(HttpContext http)
    {
        var limit = QueryParameter.Limit.Read(http) is not { } text ? Usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Largest ? count
            : throw ApiException.BadRequest($"limit: expected a number from 1 to {Largest}, found something else.");
        return new Page(limit, QueryParameter.After.Read(http) is { } cursor ? Decode(cursor) : null);
    }

    /// <summary>The page of items that were read, one more than fit if there are more.</summary>
    public ItemList<TItem> Of<TItem>(IReadOnlyList<TItem> found, Func<TItem, long> keyOf) => found.Count <= Limit
        ? new ItemList<TItem>(found, null)
        : new ItemList<TItem>(
            [.. found.Take(Limit)], Encode(keyOf(found[Limit - 1]).ToString(CultureInfo.InvariantCulture)));

    /// <summary>The page of all items that there are, which are few, in the order of their keys.</summary>
    public ItemList<TItem> Of<TItem>(IEnumerable<TItem> all, Func<TItem, string> keyOf)
    {
        var rest = all.OrderBy(keyOf, StringComparer.Ordinal)
            .Where(item => After is null || string.CompareOrdinal(keyOf(item), After) > 0)
            .Take(Limit + 1)
            .ToList();
        return rest.Count <= Limit
            ? new ItemList<TItem>(rest, null)
            : new ItemList<TItem>([.. rest.Take(Limit)], Encode(keyOf(rest[Limit - 1])));
    }

    private static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static string Decode(string cursor)
    {
        if (cursor.Length is 0 or > LongestCursor)
            throw NoCursor();
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (FormatException)
        {
            throw NoCursor();
        }
    }

    private static ApiException NoCursor() => ApiException.BadRequest("after: expected the next of the page before, found something else.");
}
