using System.Text;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// The rows of one result page on their way into COPY rows; every load of Bulk results reads through it. A page that ends before the
/// rows that its header announced is a broken answer and not the end of the page.
/// </summary>
internal sealed class PageRows : IDisposable
{
    private readonly MappedObject _mapped;
    private readonly RowEncoder _encoder;
    private readonly CsvReader _csv;
    private readonly long _announced;

    private PageRows(MappedObject mapped, BulkResultPage page)
    {
        _mapped = mapped;
        _encoder = new RowEncoder(mapped);
        _csv = new CsvReader(page.Content);
        _announced = page.NumberOfRecords;
    }

    /// <summary>The values that do not fit; their rows were left out.</summary>
    public IReadOnlyList<HeldRow> Held => _encoder.Held;

    /// <summary>Rows read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Reads past the header line and checks it.</summary>
    public static async Task<PageRows> OpenAsync(MappedObject mapped, BulkResultPage page, CancellationToken cancellationToken)
    {
        var rows = new PageRows(mapped, page);
        try
        {
            await rows.ReadHeaderAsync(cancellationToken);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Adds rows until there are so many bytes or so many rows in all.</summary>
    /// <param name="takes">Is asked for each row, by its id, whether it is wanted; null wants all and costs no string per row.</param>
    /// <returns>False when the page is at its end, with all rows that it announced.</returns>
    public async Task<bool> FillAsync(
        CopyRows rows, int mostBytes, int mostRows, Func<string, bool>? takes, CancellationToken cancellationToken)
    {
        while (rows.Length < mostBytes && rows.RowCount < mostRows)
        {
            if (TryAdd(rows, takes))
                continue;
            if (!await _csv.FillAsync(cancellationToken))
            {
                CheckCount();
                return false;
            }
        }

        return true;
    }

    public void Dispose() => _csv.Dispose();

    private async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (await _csv.FillAsync(cancellationToken))
        {
            if (!_csv.TryReadRow())
                continue;
            _encoder.CheckHeader(_csv);
            return;
        }

        CheckCount();
        if (_announced == 0)
            return;
        throw new FormatException($"{_mapped.Name}: a Bulk result page has no header line.");
    }

    private bool TryAdd(CopyRows rows, Func<string, bool>? takes)
    {
        try
        {
            if (!_csv.TryReadRow())
                return false;
            if (takes is null || takes(Encoding.ASCII.GetString(_csv.Field(_csv.FieldCount - 1))))
                _encoder.Encode(_csv, rows);
            Count++;
            return true;
        }
        catch (FormatException) when (_csv.IsInputEnded && IsCutOff())
        {
            throw Truncated();
        }
    }

    /// <summary>
    /// Whether a row that makes no sense is the stump of a page that broke off, and no row of the org's: it lacks its end, or rows are
    /// missing behind it.
    /// </summary>
    private bool IsCutOff()
    {
        var isWhole = _csv.FieldCount == _mapped.Fields.Count;
        var left = 1L;
        try
        {
            while (_csv.TryReadRow())
                left++;
        }
        catch (FormatException)
        {
            // The stump itself, or one behind the row in question.
        }

        return isWhole ? Count + left < _announced : Count + left <= _announced;
    }

    private void CheckCount()
    {
        if (Count != _announced)
            throw Truncated();
    }

    /// <summary>No code of Salesforce's: an answer that broke off is one that did not come.</summary>
    private SalesforceException Truncated() => new(
        SalesforceErrorCodes.UnexpectedAnswer,
        $"A result page of {_mapped.Name} broke off after {Count} rows, expected {_announced}; it is read again.");
}
