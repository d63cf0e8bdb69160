using Tandem.Postgres.Load;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>Changed records that are merged and committed as one: filled by <see cref="ChangeReader"/>, applied by
/// <see cref="PollWriter"/>.</summary>
internal sealed class PollBatch : IDisposable
{
    private const int MostBytes = 16 * 1024 * 1024;

    public CopyRows Rows { get; } = new();

    /// <summary>The sfids of the rows, in their order.</summary>
    public List<string> Sfids { get; } = [];

    public List<string> Deleted { get; } = [];

    /// <summary>What was left out because a value does not fit.</summary>
    public List<HeldRow> Held { get; } = [];

    /// <summary>Those of the rows that an earlier poll could have seen, with their stamps.</summary>
    public Dictionary<string, DateTime> Reread { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest stamp of all that was read; null when nothing was.</summary>
    public DateTime? Newest { get; set; }

    /// <summary>The progress once the batch is applied; committed with it.</summary>
    public Func<Progress, Progress> Advance { get; set; } = static progress => progress;

    public bool IsEmpty => Rows.RowCount == 0 && Deleted.Count == 0 && Held.Count == 0;

    public bool IsFull(int mostRows) => Rows.RowCount + Deleted.Count + Held.Count >= mostRows || Rows.Length >= MostBytes;

    public void Dispose() => Rows.Dispose();
}
