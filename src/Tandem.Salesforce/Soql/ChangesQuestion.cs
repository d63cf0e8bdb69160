namespace Tandem.Salesforce.Soql;

/// <summary>What a poll asks of one object, all of which travels in one call.</summary>
public sealed record ChangesQuestion
{
    public required string ObjectName { get; init; }

    /// <summary>The changed records.</summary>
    public required string Soql { get; init; }

    public required bool IncludesDeleted { get; init; }

    /// <summary>A second query, answered before the first; null for none.</summary>
    public string? IdSoql { get; init; }

    /// <summary>The window of the delete log; null leaves it out.</summary>
    public (DateTimeOffset Start, DateTimeOffset End)? Deleted { get; init; }

    internal bool IsPlain => IdSoql is null && Deleted is null;
}
