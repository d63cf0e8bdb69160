namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>A plan that broke a promise.</summary>
internal sealed record ChaosFailure
{
    private const int MostJournalLines = 150;

    public required ChaosPlan Plan { get; init; }

    /// <summary>What is not as promised, one line each.</summary>
    public required IReadOnlyList<string> Broken { get; init; }

    /// <summary>What the driver did and the program said.</summary>
    public required IReadOnlyList<string> Journal { get; init; }

    public override string ToString() =>
        $"""

        Seed {Plan.Seed} breaks a promise:
        {string.Join('\n', Broken.Select(line => "  " + line))}
        The fewest steps that show it:
          {Plan.Describe()}
        What happened:
        {string.Join('\n', Journal.TakeLast(MostJournalLines))}
        Run the seed again:
        TANDEM_SEED={Plan.Seed} artifacts/bin/Integration/release/Tandem.Tests.Integration -class "*ChaosPushPropertyTests"
        """;
}
