namespace Tandem.Sync.Catalog;

/// <summary>Which notifications are meant; what is null does not matter.</summary>
public sealed record NotificationFilter
{
    public DateTimeOffset? After { get; init; }

    public DateTimeOffset? Before { get; init; }

    public string? EventType { get; init; }
}
