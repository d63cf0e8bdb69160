namespace Tandem.Simulator.Events.Cometd;

/// <summary>A channel that a client reads, and how far it has come.</summary>
internal sealed class CometdSubscription
{
    private long _position;

    public required EventChannel Channel { get; init; }

    /// <summary>The name under which the client knows the channel, with its filter.</summary>
    public required string Name { get; init; }

    /// <summary>Fields and the texts that they must have; only topics are filtered.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Filter { get; init; }

    /// <summary>The replay id of the last event that the client was sent, or passed over.</summary>
    public required long Position
    {
        get => Interlocked.Read(ref _position);
        init => _position = value;
    }

    public void MoveTo(long replayId) => Interlocked.Exchange(ref _position, replayId);

    /// <summary>The address without its filter, and the filter: <c>/topic/X?Name=Y&amp;Type=Z</c>.</summary>
    public static (string Channel, List<KeyValuePair<string, string>> Filter) Split(string name)
    {
        var question = name.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
            return (name, []);
        var filter = new List<KeyValuePair<string, string>>();
        foreach (var pair in name[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is [var field, var value])
                filter.Add(new(field, Uri.UnescapeDataString(value)));
        }

        return (name[..question], filter);
    }
}
