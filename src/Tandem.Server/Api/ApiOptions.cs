namespace Tandem.Server.Api;

/// <summary>Where the REST API is served, and to whom.</summary>
public sealed record ApiOptions
{
    /// <summary>Such as <c>http://127.0.0.1:8600</c>; port 0 takes a free one.</summary>
    public required string Address { get; init; }

    /// <summary>Who a token belongs to; null for one that opens nothing.</summary>
    public required Func<string, CancellationToken, Task<Caller?>> FindCallerAsync { get; init; }
}
