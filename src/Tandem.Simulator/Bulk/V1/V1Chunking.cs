using System.Globalization;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>How a query job is to be cut by primary key: the header <c>Sforce-Enable-PKChunking</c>.</summary>
internal sealed record V1Chunking
{
    private const int DefaultSize = 100_000;
    private const int LargestSize = 250_000;

    public required int Size { get; init; }

    /// <summary>The id to begin with; null begins with the first.</summary>
    public string? StartRow { get; init; }

    /// <summary>Null when the header does not ask for it.</summary>
    public static V1Chunking? Read(string header)
    {
        if (header.Length == 0 || header.Trim().Equals("false", StringComparison.OrdinalIgnoreCase))
            return null;
        var size = DefaultSize;
        if (ApiRequest.OptionOf(header, "chunkSize") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
            || size is < 1 or > LargestSize))
            throw new V1Exception("InvalidJob", $"chunkSize of PK chunking is a number from 1 to {LargestSize}");
        var start = ApiRequest.OptionOf(header, "startRow");
        if (start is not null && !RecordId.TryNormalize(start, out start))
            throw new V1Exception("InvalidJob", "startRow of PK chunking is the id of a record");
        return new V1Chunking { Size = size, StartRow = start };
    }

    /// <summary>Ranges of ids that hold all records of a table, deleted ones too: each from its first id up to, but not with, the next
    /// one's.</summary>
    public IReadOnlyList<(string From, string? To)> Ranges(ObjectTable table)
    {
        var ids = table.Records.Select(record => record.Id).Where(id => StartRow is null || string.CompareOrdinal(id, StartRow) >= 0)
            .Order(StringComparer.Ordinal).ToArray();
        var starts = Enumerable.Range(0, (ids.Length + Size - 1) / Size).Select(chunk => ids[chunk * Size]).ToArray();
        return [.. starts.Select((from, at) => (from, at + 1 < starts.Length ? starts[at + 1] : null))];
    }
}
