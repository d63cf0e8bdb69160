namespace Tandem.Salesforce.Bulk;

/// <summary>
/// One page of a job's result, as CSV that arrives while it is read, header row included. Dispose it to give the connection back; a page
/// that broke off can be opened again by its locator.
/// </summary>
public sealed class BulkResultPage : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    internal BulkResultPage(HttpResponseMessage response, Stream content, string? nextLocator, long numberOfRecords)
    {
        _response = response;
        Content = content;
        NextLocator = nextLocator;
        NumberOfRecords = numberOfRecords;
    }

    /// <summary>Faults while reading are <see cref="SalesforceException"/>s; the time-out holds for each read.</summary>
    public Stream Content { get; }

    /// <summary>Opens the next page; null on the last.</summary>
    public string? NextLocator { get; }

    /// <summary>The rows of this page, without the header; -1 where the answer does not tell.</summary>
    public long NumberOfRecords { get; }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        _response.Dispose();
    }
}
