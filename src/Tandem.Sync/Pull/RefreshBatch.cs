using Tandem.Postgres.Load;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>A part of what <see cref="RefreshRead"/> reads; the rows are the reader's and valid until the next one.</summary>
/// <param name="NextPlace">Where to go on after a batch that ends its page; null within a page, and at the end.</param>
/// <param name="EndsPage">A restart may go on behind this batch.</param>
/// <param name="IsLast">Nothing comes after it.</param>
/// <param name="Held">What was left out because a value does not fit.</param>
internal sealed record RefreshBatch(
    CopyRows Rows, IReadOnlyList<string> Sfids, IReadOnlyList<HeldRow> Held, string? NextPlace, bool EndsPage, bool IsLast);
