using Npgsql;

namespace Tandem.Postgres.Load;

/// <summary>
/// One running COPY FROM STDIN in the binary form: writes the header, the rows as they are handed over, and the trailer.
/// Disposed before it is completed, it makes the server forget all of its rows.
/// </summary>
internal sealed class BinaryCopy : IAsyncDisposable
{
    // The signature, no flags, no header extension.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Trailer = [0xFF, 0xFF];

    private readonly NpgsqlRawCopyStream _stream;
    private readonly int _columns;
    private bool _isOver;

    private BinaryCopy(NpgsqlRawCopyStream stream, int columns)
    {
        _stream = stream;
        _columns = columns;
    }

    public long RowCount { get; private set; }

    public static string Statement(string table, IEnumerable<string> columns) =>
        $"copy {table} ({string.Join(", ", columns.Prepend(ReservedNames.LastOperation).Select(PgIdentifier.Quote))}) "
        + "from stdin (format binary)";

    public static async Task<BinaryCopy> BeginAsync(
        NpgsqlConnection connection, string statement, int columns, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(statement, cancellationToken);
        var copy = new BinaryCopy(stream, columns);
        try
        {
            await stream.WriteAsync(Header, cancellationToken);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }

    public async Task WriteAsync(CopyRows rows, CancellationToken cancellationToken)
    {
        if (rows.RowCount == 0)
        {
            return;
        }

        if (rows.Columns != _columns)
        {
            throw new ArgumentException($"This COPY takes rows of {_columns} fields; the ones given have {rows.Columns}.", nameof(rows));
        }

        await _stream.WriteAsync(rows.Written, cancellationToken);
        RowCount += rows.RowCount;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Trailer, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        _isOver = true;
        await _stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        try
        {
            await _stream.CancelAsync();
        }
        catch (NpgsqlException)
        {
            // The server refused the COPY already or is gone; the caller holds the reason.
        }

        await _stream.DisposeAsync();
    }
}
