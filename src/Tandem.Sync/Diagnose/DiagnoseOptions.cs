namespace Tandem.Sync.Diagnose;

/// <summary>How patient a diagnosis is, and what only the host knows.</summary>
public sealed record DiagnoseOptions
{
    /// <summary>For each rule, its wait for what it shares with others included; a rule that takes longer is skipped.</summary>
    public TimeSpan RuleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The page about the rules; the rule's own place on it follows as a fragment.</summary>
    public string GuideUrl { get; init; } = "docs/guide/diagnose.md";

    /// <summary>Whether the host's log goes where people keep it; null when the host cannot tell.</summary>
    public bool? KeepsLog { get; init; }

    /// <summary>What all sessions of polls together can do.</summary>
    public int SharedSessions { get; init; } = 8;

    /// <summary>One sentence for each value that cannot work; empty when all can.</summary>
    public IReadOnlyList<string> FindProblems()
    {
        var problems = new List<string>();
        if (RuleTimeout <= TimeSpan.Zero)
            problems.Add($"RuleTimeout must be more than zero; found {RuleTimeout}.");
        if (SharedSessions < 1)
            problems.Add($"SharedSessions must be at least 1; found {SharedSessions}.");
        return problems;
    }
}
