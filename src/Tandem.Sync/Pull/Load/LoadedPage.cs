namespace Tandem.Sync.Pull.Load;

/// <summary>One result page that is in the table: a row of <c>tandem.load_page</c>.</summary>
internal sealed record LoadedPage
{
    /// <summary>The first page of a chain has no locator; it stands here as an empty one.</summary>
    public required string Locator { get; init; }

    /// <summary>What the page named as the next; null when it was the last.</summary>
    public required string? NextLocator { get; init; }

    /// <summary>The page came from the org's list of pages, whose borders may be others than those of a chain.</summary>
    public required bool IsListed { get; init; }

    public required long Rows { get; init; }
}
