namespace Tandem.Sync.Catalog;

/// <summary>What became of a request.</summary>
/// <param name="Sentence">For the person who asked.</param>
public sealed record RequestOutcome(bool Succeeded, string Sentence)
{
    /// <summary>A JSON value for programs, such as a report; null when the sentence says all.</summary>
    public string? Detail { get; init; }

    /// <summary>The mappings are others now: the shift ends, and the next one works with what is stored. Not stored itself.</summary>
    public bool EndsShift { get; init; }
}
