using System.Globalization;
using System.Security.Cryptography;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>
/// The open cursors of each user, oldest first. A cursor beyond the tenth closes the oldest; one that is two days old is closed too.
/// Source: salesforce-api.md, section 2.6.
/// </summary>
internal sealed class CursorStore(TimeProvider timeProvider)
{
    private const int MostPerUser = 10;

    /// <summary>Cursors of children end no cursor of a whole result; so many of them are kept beside those.</summary>
    private const int MostOfChildren = 2000;

    private const string ChildrenOf = "children of ";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int InstanceDigits = 12;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<QueryCursor>> _cursors = new(StringComparer.Ordinal);

    public QueryCursor Open(string userKey, QueryResult result, int pageSize) => Open(userKey, userKey, MostPerUser, result, pageSize);

    /// <summary>Opens a cursor over the children of one row.</summary>
    public QueryCursor OpenChildren(string userKey, QueryResult children, int pageSize) =>
        Open(userKey, ChildrenOf + userKey, MostOfChildren, children, pageSize);

    private QueryCursor Open(string userKey, string listKey, int most, QueryResult result, int pageSize)
    {
        var cursor = new QueryCursor
        {
            Id = RecordId.Expand("01g" + RandomNumberGenerator.GetString(Letters, InstanceDigits))
                ?? throw new InvalidOperationException("A locator made of 15 letters and digits has an id's shape."),
            UserKey = userKey,
            Result = result,
            PageSize = pageSize,
            Expires = timeProvider.GetUtcNow() + Lifetime,
        };
        lock (_lock)
        {
            if (!_cursors.TryGetValue(listKey, out var own))
                _cursors[listKey] = own = [];
            CloseExpired(own);
            own.AddLast(cursor);
            if (own.Count > most)
                own.RemoveFirst();
        }

        return cursor;
    }

    /// <summary>The cursor and the offset that a locator such as <c>01g..-2000</c> names.</summary>
    public (QueryCursor Cursor, int Offset) Find(string userKey, string locator)
    {
        var dash = locator.LastIndexOf('-');
        if (dash > 0 && int.TryParse(locator.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && (FindOpen(userKey, locator[..dash]) ?? FindOpen(ChildrenOf + userKey, locator[..dash])) is { } cursor
            && offset < cursor.Result.Rows.Count)
        {
            return (cursor, offset);
        }

        throw new ApiException(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    }

    private QueryCursor? FindOpen(string userKey, string id)
    {
        lock (_lock)
        {
            if (!_cursors.TryGetValue(userKey, out var own))
                return null;
            CloseExpired(own);
            return own.FirstOrDefault(cursor => cursor.Id.Equals(id, StringComparison.Ordinal));
        }
    }

    private void CloseExpired(LinkedList<QueryCursor> cursors)
    {
        while (cursors.First is { } oldest && oldest.Value.Expires <= timeProvider.GetUtcNow())
            cursors.RemoveFirst();
    }
}
