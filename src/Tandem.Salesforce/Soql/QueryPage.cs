using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Soql;

/// <summary>
/// One page of a query's rows. Owns the pooled bytes that its elements read from: use them before disposing the page, and dispose each
/// page.
/// </summary>
public sealed class QueryPage : IDisposable
{
    private readonly IDisposable? _owner;

    /// <param name="owner">Disposed with the page; null where the elements belong to nobody.</param>
    internal QueryPage(IDisposable? owner, JsonElement result)
    {
        _owner = owner;
        TotalSize = result.Number("totalSize");
        NextRecordsPath = result.Text("nextRecordsUrl");
        IsLast = result.Flag("done");
        Records = [.. result.RequiredArray("records").EnumerateArray()];
        if (!IsLast && NextRecordsPath is not ['/', not '/', ..])
            throw new JsonException("The result is not done and nextRecordsUrl is no path.");
    }

    /// <summary>The rows of all pages together, as counted when the query began.</summary>
    public int TotalSize { get; }

    public bool IsLast { get; }

    public IReadOnlyList<JsonElement> Records { get; }

    internal string? NextRecordsPath { get; }

    public void Dispose() => _owner?.Dispose();
}
