namespace Tandem.Sync.Catalog;

/// <summary>What a person should know of a connection until somebody acknowledges it. Source: heroku-connect.md, section 12.3.</summary>
public sealed record Notification
{
    public required long Id { get; init; }

    /// <summary>Such as <c>mapping-error</c>; the contract lists no more than samples.</summary>
    public required string EventType { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
