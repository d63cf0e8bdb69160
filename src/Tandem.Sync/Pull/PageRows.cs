using System.Text;
using Tandem.Postgres.Load;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// The rows of one result page on their way into COPY rows, for loads, reloads and the refreshing of derived columns; see
/// <see cref="ResultRows"/> for what a page that breaks off means.
/// </summary>
internal sealed class PageRows : IDisposable
{
    private readonly RowEncoder _encoder;
    private readonly ResultRows _source;

    private PageRows(MappedObject mapped, ResultRows source)
    {
        _encoder = new RowEncoder(mapped);
        _source = source;
    }

    /// <summary>The values that do not fit; their rows were left out.</summary>
    public IReadOnlyList<HeldRow> Held => _encoder.Held;

    /// <summary>Rows read so far.</summary>
    public long Count => _source.Count;

    /// <summary>Reads past the header line and checks it.</summary>
    public static async Task<PageRows> OpenAsync(MappedObject mapped, BulkResultPage page, CancellationToken cancellationToken)
    {
        string[] names = [.. mapped.Fields.Select(field => field.Description.Name)];
        return new PageRows(mapped, await ResultRows.OpenAsync(mapped.Name, names, page, cancellationToken));
    }

    /// <summary>As <see cref="Held"/>, which is empty afterwards: for readers that commit in batches.</summary>
    public IReadOnlyList<HeldRow> TakeHeld() => _encoder.TakeHeld();

    /// <summary>Adds rows until there are so many bytes or so many rows in all.</summary>
    /// <param name="takes">Is asked for each row, by its id, whether it is wanted; null wants all and costs no string per row.</param>
    /// <returns>False when the page is at its end, with all rows that it announced.</returns>
    public Task<bool> FillAsync(
        CopyRows rows, int mostBytes, int mostRows, Func<string, bool>? takes, CancellationToken cancellationToken)
    {
        return _source.ReadAsync(Add, cancellationToken);

        bool Add(CsvReader csv)
        {
            if (takes is null || takes(Encoding.ASCII.GetString(csv.Field(csv.FieldCount - 1))))
                _encoder.Encode(csv, rows);
            return rows.Length < mostBytes && rows.RowCount < mostRows;
        }
    }

    public void Dispose() => _source.Dispose();
}
