namespace Tandem.Server.Demo;

/// <summary>What <c>tandem demo --check</c> prints as one JSON line.</summary>
public sealed record DemoCheckResult
{
    /// <summary>Everything arrived, and both sides are equal.</summary>
    public required bool Ok { get; init; }

    /// <summary>Rows compared, over all mappings.</summary>
    public required long Rows { get; init; }

    /// <summary>From the start of the sync until every table was loaded and indexed.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>From the commit in Postgres until the org shows it, the median.</summary>
    public required double ToSalesforceMsP50 { get; init; }

    /// <summary>From the org's answer until the table shows it, the median.</summary>
    public required double ToPostgresMsP50 { get; init; }

    /// <summary>Rows that miss on one side or hold another value.</summary>
    public required long Differences { get; init; }

    /// <summary>The first differing rows: the id and the columns, never a value.</summary>
    public required IReadOnlyList<string> Examples { get; init; }
}
