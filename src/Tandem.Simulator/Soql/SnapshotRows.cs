using System.Collections;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Soql;

/// <summary>
/// The rows of a query without conditions over a compact table: each is made when it is looked at, and is as it was when the query ran.
/// </summary>
internal sealed class SnapshotRows(object[] images) : IReadOnlyList<QueryRow>
{
    public int Count => images.Length;

    public QueryRow this[int index] => new(Record.ValuesOf(images[index]), null);

    public IEnumerator<QueryRow> GetEnumerator()
    {
        foreach (var image in images)
            yield return new QueryRow(Record.ValuesOf(image), null);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
