namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// All rows that the writers made, as they know them. It chooses rows for them, so that no writer ever waits for another, and so that the
/// org has no reason of its own to refuse or to undo a change: nobody deletes what others refer to.
/// </summary>
internal sealed class RowBook(bool keepsOrder)
{
    private readonly List<BookRow> _rows = [];
    private int _numbers;

    public IReadOnlyList<BookRow> Rows => _rows;

    /// <summary>A number that nobody has got before.</summary>
    public int NextNumber() => ++_numbers;

    public void Add(BookRow row) => _rows.Add(row);

    public void Remove(BookRow row) => _rows.Remove(row);

    /// <summary>The rows of a table that the writer may change, as it sees them.</summary>
    public List<BookRow> Free(AppSession writer, ChaosTable table) =>
        _rows.FindAll(row => row.Table == table && (row.Holder ?? writer) == writer && row.IsLive && !row.IsRefused);

    /// <summary>
    /// As above, and nothing refers to the row. With merged writes nothing ever did: a change that takes a reference away may go behind the
    /// delete then, which is the order that merging costs.
    /// </summary>
    public List<BookRow> Deletable(AppSession writer, ChaosTable table) => Free(writer, table)
        .FindAll(row => !row.WasLocalParent && (keepsOrder ? !_rows.Exists(child => RefersTo(child, row)) : !row.WasParent));

    private static bool RefersTo(BookRow child, BookRow parent) => child.Holder is not null
        ? child.Versions.Exists(version => version.Parents.Values.Contains(parent))
        : child.IsLive && child.Last.Parents.Values.Contains(parent);
}
