using System.Text;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;

namespace Tandem.Sync.Pull;

/// <summary>
/// The rows of one Bulk result page; whatever is read of such a page is read through it. A page that ends before the rows that its header
/// announced is a broken answer and not the end of the page: it is to be read again. Source: salesforce-api.md, section 3.2.
/// </summary>
internal sealed class ResultRows : IDisposable
{
    private readonly string _objectName;
    private readonly IReadOnlyList<string> _names;
    private readonly CsvReader _csv;
    private readonly long _announced;

    private ResultRows(string objectName, IReadOnlyList<string> names, BulkResultPage page)
    {
        _objectName = objectName;
        _names = names;
        _csv = new CsvReader(page.Content);
        _announced = page.NumberOfRecords;
    }

    /// <summary>Rows read so far, without the header.</summary>
    public long Count { get; private set; }

    /// <summary>Reads past the header line and checks it.</summary>
    /// <param name="names">The fields of the query, in its order.</param>
    /// <exception cref="FormatException">The page has other columns.</exception>
    public static async Task<ResultRows> OpenAsync(
        string objectName, IReadOnlyList<string> names, BulkResultPage page, CancellationToken cancellationToken)
    {
        var rows = new ResultRows(objectName, names, page);
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

    /// <summary>Hands over row after row, at least one where one is left.</summary>
    /// <param name="take">Is given the reader at a row, whose values are good until it returns; false when no more are wanted now.</param>
    /// <returns>False when the page is at its end, with all rows that it announced.</returns>
    public async Task<bool> ReadAsync(Func<CsvReader, bool> take, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(take, out var wantsMore))
            {
                if (!wantsMore)
                    return true;
            }
            else if (!await _csv.FillAsync(cancellationToken))
            {
                CheckCount();
                return false;
            }
        }
    }

    public void Dispose() => _csv.Dispose();

    private async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (await _csv.FillAsync(cancellationToken))
        {
            if (TryReadHeader())
                return;
        }

        CheckCount();
        throw new FormatException($"{_objectName}: a Bulk result page has no header line.");
    }

    private bool TryReadHeader()
    {
        try
        {
            if (!_csv.TryReadRow())
                return false;
            var isAsAsked = _csv.FieldCount == _names.Count;
            for (var i = 0; isAsAsked && i < _names.Count; i++)
                isAsAsked = _names[i].Equals(Encoding.UTF8.GetString(_csv.Field(i)), StringComparison.OrdinalIgnoreCase);
            return isAsAsked
                ? true
                : throw new FormatException($"{_objectName}: the columns of a Bulk result are not those of its query.");
        }
        catch (FormatException) when (_csv.IsInputEnded && IsCutOff())
        {
            throw Truncated();
        }
    }

    /// <returns>False when more bytes are needed, or none are left.</returns>
    private bool TryTake(Func<CsvReader, bool> take, out bool wantsMore)
    {
        wantsMore = true;
        try
        {
            if (!_csv.TryReadRow())
                return false;
            if (_csv.FieldCount != _names.Count)
                throw new FormatException($"{_objectName}: a row of a Bulk result has {_csv.FieldCount} values, expected {_names.Count}.");
            wantsMore = take(_csv);
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
        var isWhole = _csv.FieldCount == _names.Count;
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
        $"A result page of {_objectName} broke off after {Count} rows, expected {_announced}; it is read again.");
}
