namespace Tandem.Sync.Running.Allowance;

/// <summary>How the calls of the org are budgeted; shares are of the budget, from 0 to 1.</summary>
public sealed record AllowanceOptions
{
    /// <summary>Up to this share polls come at their interval.</summary>
    public double SlowFrom { get; init; } = 0.7;

    /// <summary>
    /// By how much polls may spend what is left faster than evenly over a day: calls of the day before age out meanwhile. With twice the
    /// even pace a connection that wants far too many settles at five sixths of its budget.
    /// </summary>
    public double Haste { get; init; } = 2;

    /// <summary>From this share on comparisons of ids, verifying and the refreshing of formulas wait.</summary>
    public double BackgroundUpTo { get; init; } = 0.9;

    /// <summary>From this share on loads wait.</summary>
    public double LoadsUpTo { get; init; } = 0.95;

    /// <summary>Slow polls are told of as such until less than this share is used, so that the telling does not flutter.</summary>
    public double EaseBelow { get; init; } = 0.65;

    /// <summary>The part of the org's maximum that polls leave to the push and to people, whoever used the rest.</summary>
    public double Reserve { get; init; } = 0.05;

    /// <summary>Polls are never slowed beyond this.</summary>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How long a look at the counts serves.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two savings of the counts, and so what a crash may forget of them.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromMinutes(1);
}
