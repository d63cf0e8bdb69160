namespace Tandem.Simulator.Bulk;

/// <summary>
/// How Bulk jobs behave, and which of them go wrong. <see cref="BulkControl"/> holds the settings in force; tests and the control plane
/// put others in their place. Source: salesforce-api.md, sections 3, 12 and 14.
/// </summary>
public sealed record BulkSettings
{
    /// <summary>How long a job stays short of its end; the first half of it counts as waiting, the second as running.</summary>
    public TimeSpan JobDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Rows of a result page when the client names no number, and of each of the pages that resultPages lists.</summary>
    public int DefaultPageRecords { get; init; } = 100_000;

    /// <summary>Answers the rows of an ingest job in another order than they were uploaded in, as the platform may.</summary>
    public bool ShufflesResults { get; init; } = true;

    /// <summary>Saves the chunks of an ingest job in another order than they were uploaded in, as the platform may.</summary>
    public bool ShufflesChunks { get; init; }

    /// <summary>The seed of both shuffles.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Ingest jobs fail when so many chunks of 200 rows are saved; null lets them end well.</summary>
    public int? FailAfterChunks { get; init; }

    /// <summary>Query jobs that are made from now on fail.</summary>
    public bool FailsQueries { get; init; }

    /// <summary>The reason that a job gives that was made to fail.</summary>
    public string FailMessage { get; init; } = "InternalServerError : Retried more than fifteen times";

    /// <summary>Spells datetimes in query results with <c>+0000</c> at the end instead of <c>Z</c>.</summary>
    public bool EndsDatetimesWithOffset { get; init; }

    /// <summary>Answers 204 instead of an error to whoever asks for results too early.</summary>
    public bool AnswersEarlyResultsWithNothing { get; init; }

    /// <summary>Whether users have the permission "Bulk API Hard Delete".</summary>
    public bool MayHardDelete { get; init; } = true;

    /// <summary>The most that an ingest job takes, counted as the platform does: after base64, which makes four bytes of three.</summary>
    public long MaxEncodedBytes { get; init; } = 150_000_000;
}
