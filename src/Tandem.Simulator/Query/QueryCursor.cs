using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Query;

/// <summary>The rows of a query that did not fit one page, kept for the pages to come. Source: salesforce-api.md, section 2.6.</summary>
internal sealed record QueryCursor
{
    /// <summary>The locator without its offset: an id with the prefix 01g.</summary>
    public required string Id { get; init; }

    public required string UserKey { get; init; }

    public required QueryResult Result { get; init; }

    public required int PageSize { get; init; }

    public required DateTimeOffset Expires { get; init; }
}
