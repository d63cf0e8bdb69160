namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>The bytes of a job's CSV and where each of its rows begins; blank lines are no rows. Made once, when the job's turn comes.</summary>
internal sealed class IngestUpload
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly List<int> _starts = [];
    private bool _hasOtherLineEnd;

    private IngestUpload(ReadOnlyMemory<byte> data, CsvDialect dialect)
    {
        Data = data;
        Dialect = dialect;
    }

    public static IngestUpload Of(ReadOnlyMemory<byte> data, CsvDialect dialect)
    {
        var upload = new IngestUpload(data, dialect);
        var bytes = data.Span;
        var parser = new CsvParser(dialect.Delimiter);
        var at = bytes.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        for (; parser.Read(bytes[at..]) is > 0 and var length; at += length)
        {
            upload._hasOtherLineEnd |= parser.EndsWithCarriageReturn is { } found && found != dialect.EndsLinesWithCarriageReturn;
            if (!parser.IsBlank)
                upload._starts.Add(at);
        }

        return upload;
    }

    public ReadOnlyMemory<byte> Data { get; }

    public CsvDialect Dialect { get; }

    /// <summary>True when there is not even a head.</summary>
    public bool IsEmpty => _starts.Count == 0;

    /// <summary>The rows below the head.</summary>
    public int Rows => Math.Max(0, _starts.Count - 1);

    /// <exception cref="BulkInvalidException">A line does not end as the job says.</exception>
    public void RequireLineEnd()
    {
        if (_hasOtherLineEnd)
        {
            throw new BulkInvalidException(
                $"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {Dialect.LineEndingName}");
        }
    }

    public void ReadHead(CsvParser parser) => parser.Read(Data.Span[_starts[0]..]);

    public void ReadRow(CsvParser parser, int row) => parser.Read(Data.Span[_starts[row + 1]..]);
}
