using System.Globalization;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>Cuts sets of children that are larger than a page, and opens a cursor for the rest of each. Source: salesforce-api.md,
/// section 2.6.</summary>
internal sealed class ChildPages(CursorStore cursors, string userKey, int pageSize)
{
    public int Size => pageSize;

    /// <summary>The locator of the second page.</summary>
    public string OpenRest(QueryResult children) =>
        string.Create(CultureInfo.InvariantCulture, $"{cursors.OpenChildren(userKey, children, pageSize).Id}-{pageSize}");
}
