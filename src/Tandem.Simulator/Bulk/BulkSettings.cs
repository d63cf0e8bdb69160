namespace Tandem.Simulator.Bulk;

/// <summary>How bulk query jobs behave; given to <see cref="BulkQueryEndpoints"/> by the server.</summary>
public sealed record BulkSettings
{
    /// <summary>The user in a job's createdById, 18 characters.</summary>
    public required string UserId { get; init; }

    /// <summary>How long a job stays short of JobComplete; the first half of it counts as waiting, the second as running.</summary>
    public TimeSpan JobDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Rows of a result page when the client names no number, and of each of the pages that resultPages lists.</summary>
    public int DefaultPageRecords { get; init; } = 100_000;
}
