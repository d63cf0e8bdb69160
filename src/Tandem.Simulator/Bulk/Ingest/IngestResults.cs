using System.Buffers;
using System.Text;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>
/// Writes the results of a job: the uploaded rows again, every value in quotes, with what became of them in front. Rows are read from
/// the upload as they are written. Source: salesforce-api.md, section 3.1, point 5.
/// </summary>
internal sealed class IngestResults
{
    private const byte Quote = (byte)'"';
    private const int FlushBytes = 256 * 1024;

    private readonly IngestUpload _upload;
    private readonly CsvParser _parser;
    private readonly int _columns;
    private readonly string[] _names;

    public IngestResults(IngestUpload upload)
    {
        _upload = upload;
        _parser = new CsvParser(upload.Dialect.Delimiter);
        if (upload.IsEmpty)
        {
            _names = [];
            return;
        }

        upload.ReadHead(_parser);
        _columns = _parser.Count;
        _names = [.. Enumerable.Range(0, _columns).Select(at => Encoding.UTF8.GetString(_parser[at]))];
    }

    private ReadOnlySpan<byte> LineEnd => _upload.Dialect.EndsLinesWithCarriageReturn ? "\r\n"u8 : "\n"u8;

    public Task WriteSuccessfulAsync(Stream output, IEnumerable<RowOutcome> outcomes, CancellationToken cancellationToken) =>
        WriteAsync(output, ["sf__Id", "sf__Created"], outcomes.Where(outcome => outcome.Error is null)
            .Select(outcome => (outcome.Row, outcome.Id ?? "", outcome.IsCreated ? "true" : "false")), cancellationToken);

    public Task WriteFailedAsync(Stream output, IEnumerable<RowOutcome> outcomes, CancellationToken cancellationToken) =>
        WriteAsync(output, ["sf__Id", "sf__Error"], outcomes.Where(outcome => outcome.Error is not null)
            .Select(outcome => (outcome.Row, outcome.Id ?? "", outcome.Error ?? "")), cancellationToken);

    /// <summary>The rows that were never tried, as they were uploaded.</summary>
    public Task WriteUnprocessedAsync(Stream output, IEnumerable<RowOutcome> outcomes, CancellationToken cancellationToken)
    {
        var tried = outcomes.Select(outcome => outcome.Row).ToHashSet();
        var rows = Enumerable.Range(0, _upload.Rows).Where(row => !tried.Contains(row));
        return WriteAsync(output, [], rows.Select(row => (row, "", "")), cancellationToken);
    }

    private async Task WriteAsync(Stream output, string[] heads, IEnumerable<(int Row, string First, string Second)> rows,
        CancellationToken cancellationToken)
    {
        var page = new ArrayBufferWriter<byte>(FlushBytes * 2);
        WriteHead(page, heads);
        foreach (var (row, first, second) in rows)
        {
            WriteRow(page, row, first, second, heads.Length > 0);
            if (page.WrittenCount < FlushBytes)
                continue;
            await output.WriteAsync(page.WrittenMemory, cancellationToken);
            page.ResetWrittenCount();
        }

        await output.WriteAsync(page.WrittenMemory, cancellationToken);
    }

    private void WriteHead(IBufferWriter<byte> output, string[] heads)
    {
        var buffer = new CsvBuffer(output);
        var isFirst = true;
        foreach (var name in heads.Concat(_names))
        {
            Open(ref buffer, ref isFirst);
            buffer.Text(name);
        }

        buffer.Bytes(isFirst ? ""u8 : "\""u8);
        buffer.Bytes(LineEnd);
        buffer.Complete();
    }

    private void WriteRow(IBufferWriter<byte> output, int row, string first, string second, bool isTold)
    {
        _upload.ReadRow(_parser, row);
        var buffer = new CsvBuffer(output);
        var isFirst = true;
        if (isTold)
        {
            Open(ref buffer, ref isFirst);
            buffer.Text(first);
            Open(ref buffer, ref isFirst);
            buffer.Text(second);
        }

        for (var at = 0; at < _columns; at++)
        {
            Open(ref buffer, ref isFirst);
            if (at < _parser.Count)
                WriteValue(ref buffer, _parser[at]);
        }

        buffer.Byte(Quote);
        buffer.Bytes(LineEnd);
        buffer.Complete();
    }

    /// <summary>The quote before a value, after the end of the one before.</summary>
    private void Open(ref CsvBuffer buffer, ref bool isFirst)
    {
        if (isFirst)
            buffer.Byte(Quote);
        else
            buffer.Between(_upload.Dialect.Delimiter);
        isFirst = false;
    }

    private static void WriteValue(ref CsvBuffer buffer, ReadOnlySpan<byte> value)
    {
        for (var quote = value.IndexOf(Quote); quote >= 0; quote = value.IndexOf(Quote))
        {
            buffer.Bytes(value[..(quote + 1)]);
            buffer.Byte(Quote);
            value = value[(quote + 1)..];
        }

        buffer.Bytes(value);
    }
}
