using Npgsql;

namespace Tandem.Sync.Pull.Load;

/// <summary>What a <see cref="MergeLoad"/> has merged in its open transaction since its last step.</summary>
public sealed record MergeStep
{
    /// <summary>With the transaction open; statements on it are committed with the rows.</summary>
    public required NpgsqlConnection Connection { get; init; }

    /// <summary>The ids of the records that came, those included that were left out as older than a push.</summary>
    public required IReadOnlyList<string> Sfids { get; init; }

    /// <summary>Rows written, as opposed to those that were as they should be.</summary>
    public required int Changed { get; init; }

    /// <summary>The last step of a page; it commits when the step is over.</summary>
    public required bool EndsPage { get; init; }

    /// <summary>Where the next page begins, known at the end of a page; null when it was the last.</summary>
    public required string? NextLocator { get; init; }
}
