namespace Tandem.Sync.Adopt;

/// <summary>How far back the first reading after an adoption goes, and how patient an adoption is.</summary>
public sealed record AdoptionOptions
{
    /// <summary>
    /// How far behind the newest row of a table reading goes on. The newest row need not come from a complete poll: Heroku Connect reads a
    /// record that it has written by itself, and may poll as seldom as once a day (heroku-connect.md, section 1). An hour more is for what
    /// a long transaction commits late.
    /// </summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromHours(25);

    /// <summary>A log that was worked more lately than this is being worked, whatever a person says.</summary>
    public TimeSpan QuietFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the locks of all tables are tried for, a second each.</summary>
    public int LockAttempts { get; init; } = 30;

    /// <summary>Between two tries, so that what waited for us gets its turn.</summary>
    public TimeSpan LockPause { get; init; } = TimeSpan.FromSeconds(2);
}
