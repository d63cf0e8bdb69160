namespace Tandem.Simulator.Control;

/// <summary>One call that the org has answered, as the call log keeps it: never a query, a body or a token.</summary>
public sealed record CallEntry
{
    /// <summary>Counts the calls since the start of the server.</summary>
    public required long Number { get; init; }

    /// <summary>When the call came, in the org's time.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Method { get; init; }

    /// <summary>The template of the address, such as <c>/services/data/v{version}/query</c>; empty when no resource has it.</summary>
    public required string Route { get; init; }

    /// <summary>The address without its query.</summary>
    public required string Path { get; init; }

    /// <summary>The HTTP status; 0 when the connection was cut before an answer.</summary>
    public required int Status { get; init; }

    /// <summary>Up to the first byte of the answer, in the org's time.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The 18-character id of the user; null without a session.</summary>
    public string? UserId { get; init; }

    /// <summary>The name that the program gives itself in its call options, or its user agent; empty when it gives neither.</summary>
    public string Client { get; init; } = "";

    /// <summary>What the call took of the day's allowance.</summary>
    public required int Cost { get; init; }
}
