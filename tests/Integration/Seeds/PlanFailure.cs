namespace Tandem.Tests.Integration.Seeds;

/// <summary>What a plan broke.</summary>
internal sealed record PlanFailure
{
    private const int MostJournalLines = 150;

    /// <summary>What is not as promised, one line each.</summary>
    public required IReadOnlyList<string> Broken { get; init; }

    /// <summary>What the driver did and the program said.</summary>
    public required IReadOnlyList<string> Journal { get; init; }

    /// <summary>It did not end: a smaller plan would take as long to fail.</summary>
    public bool HasHung { get; init; }

    public override string ToString() =>
        $"""
        {string.Join('\n', Broken.Select(line => "  " + line))}
        What happened:
        {string.Join('\n', Journal.TakeLast(MostJournalLines))}
        """;
}
