namespace Tandem.Simulator.Control;

/// <summary>Which calls go wrong, how often and in which way; given to a <see cref="FaultBoard"/> by tests and by the control
/// plane.</summary>
public sealed record FaultRule
{
    /// <summary>Names the rule; the board gives a number when it is empty.</summary>
    public string Id { get; init; } = "";

    /// <summary>The HTTP method; null is any.</summary>
    public string? Method { get; init; }

    /// <summary>The path without its query, in any letter case; a <c>*</c> stands for any text, slashes too.</summary>
    public string Path { get; init; } = "*";

    /// <summary>This many calls pass before the first fault.</summary>
    public int After { get; init; }

    /// <summary>After this many faults the rule is spent; null never.</summary>
    public int? Times { get; init; }

    /// <summary>The share of calls, from 0 to 1, that meet the fault.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>The same seed picks the same calls of a rate.</summary>
    public int Seed { get; init; } = 1;

    public FaultKind Kind { get; init; } = FaultKind.Delay;

    /// <summary>A wait in the org's time before anything else happens.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The HTTP status of an answered fault.</summary>
    public int Status { get; init; } = 503;

    /// <summary>The code of a REST error; null takes the one that goes with the status.</summary>
    public string? ErrorCode { get; init; }

    public string? Message { get; init; }

    /// <summary>The body of an answer or a page; null leaves an answer empty.</summary>
    public string? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Further headers of an answered fault, such as <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
