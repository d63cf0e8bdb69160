using System.Threading.Channels;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// The result pages that are still to be loaded, handed to whoever takes the next. They come from the org's list, or one by one as each
/// page names its successor; those that the ledger has are passed over.
/// </summary>
internal sealed class PagePlaces(IReadOnlyDictionary<string, LoadedPage> loaded, bool isListed)
{
    private readonly Channel<string> _open = Channel.CreateUnbounded<string>();
    private volatile bool _isFailed;
    private volatile bool _isClosed;

    public bool IsListed => isListed;

    public bool IsClosed => _isClosed;

    /// <summary>Adds a page of the list.</summary>
    public void Offer(string? locator)
    {
        if (!loaded.ContainsKey(locator ?? ""))
            _open.Writer.TryWrite(locator ?? "");
    }

    /// <summary>Adds the page that another one named, or the first; along the ledger to the first that is not in it.</summary>
    public void Follow(string? locator, bool isFirst)
    {
        var next = isFirst ? "" : locator;
        while (next is not null && loaded.TryGetValue(next, out var page))
            next = page.NextLocator;
        if (next is null)
            Close();
        else
            _open.Writer.TryWrite(next);
    }

    /// <summary>There are no more than those added so far; after a failure not even they are handed out.</summary>
    public void Close(bool isFailed = false)
    {
        if (isFailed)
            _isFailed = true;
        _isClosed = true;
        _open.Writer.TryComplete();
    }

    /// <summary>The next page, empty for the one without locator; null when none is left.</summary>
    public async Task<string?> TakeAsync(CancellationToken cancellationToken)
    {
        while (!_isFailed && await _open.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_open.Reader.TryRead(out var locator))
                return _isFailed ? null : locator;
        }

        return null;
    }
}
