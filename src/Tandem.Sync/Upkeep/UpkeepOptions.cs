namespace Tandem.Sync.Upkeep;

/// <summary>How long entries stay in the change log and in its archive. Source: heroku-connect.md, section 6.2.</summary>
public sealed record UpkeepOptions
{
    /// <summary>When processed entries move to the archive, counted from their end; failed ones too.</summary>
    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>When entries leave the archive, counted from their end.</summary>
    public TimeSpan ArchiveFor { get; init; } = TimeSpan.FromDays(31);

    /// <summary>
    /// Processed entries that did not fail move sooner when so many newer ones stand behind them: a day of 100 changes a second would
    /// make the live log as large as the tables.
    /// </summary>
    public int LiveEntries { get; init; } = 100_000;

    /// <summary>Entries that one statement moves or deletes, which is how long it can hold others up.</summary>
    public int BatchEntries { get; init; } = 2_000;

    /// <summary>How often the log is looked after.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);
}
