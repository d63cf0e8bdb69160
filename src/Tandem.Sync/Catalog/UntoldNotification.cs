namespace Tandem.Sync.Catalog;

/// <summary>A notification that somebody outside is to be told of, and the connection that it is about.</summary>
public sealed record UntoldNotification
{
    public required Notification Notification { get; init; }

    public required Guid ConnectionId { get; init; }

    public required string ConnectionName { get; init; }

    public required string AppName { get; init; }
}
