namespace Tandem.Simulator.Events.Channels;

/// <summary>A custom channel, or the membership of an object in a channel, as the Tooling API keeps it.</summary>
internal sealed record ChannelEntry
{
    public required string Id { get; init; }

    public required string FullName { get; init; }

    /// <summary>The address of the channel.</summary>
    public required string Address { get; init; }

    /// <summary>The object or platform event that is the member; null for the channel itself.</summary>
    public string? Member { get; init; }

    /// <summary>What the caller gave as <c>Metadata</c>, given back as it came.</summary>
    public required string Metadata { get; init; }
}
