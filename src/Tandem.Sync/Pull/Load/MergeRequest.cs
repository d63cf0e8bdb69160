using Tandem.Sync.Running;

namespace Tandem.Sync.Pull.Load;

/// <summary>What a <see cref="MergeLoad"/> reads, and who hears of it.</summary>
public sealed record MergeRequest
{
    /// <summary>A query job of the mapping's own columns that is complete.</summary>
    public required string JobId { get; init; }

    /// <summary>The first page that is not merged yet; null at the beginning.</summary>
    public string? Locator { get; init; }

    /// <summary>
    /// Runs after each merge of at most <see cref="SyncOptions.MergeRows"/> rows, in its transaction: notes the place, the ids seen.
    /// </summary>
    public required Func<MergeStep, CancellationToken, Task> Note { get; init; }
}
