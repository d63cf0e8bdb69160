using System.Security.Cryptography;
using System.Text;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// All that one poll read of a table, when that was a single batch and changed nothing. A poll always reads back behind its cursor, so
/// that of a quiet object brings the same few records each time; while nobody else of ours has written the table since, merging them
/// again would change nothing either. What others change in the table under our mark, or past the triggers, is put right by the merge
/// that <see cref="Life"/> asks for.
/// </summary>
internal sealed record KnownBatch
{
    /// <summary>How long a merge may be spared.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>The very model that the rows were merged by.</summary>
    public required MappedObject Mapped { get; init; }

    /// <summary>The passages of the gate once the batch is merged, if nobody else enters meanwhile.</summary>
    public required long Passages { get; init; }

    /// <summary>When it was merged, by the org's clock.</summary>
    public required DateTime At { get; init; }

    /// <summary>Of the rows and of what was deleted.</summary>
    public string? Digest { get; init; }

    /// <summary>Called before anything is read.</summary>
    /// <returns>Null when the time is not known.</returns>
    public static KnownBatch? Begin(MappedObject mapped, MappingGate gate, DateTime? now) => now is { } at
        ? new KnownBatch { Mapped = mapped, Passages = gate.Passages + 1, At = at }
        : null;

    /// <returns>Null when rows of the batch were left out: each poll reports them anew.</returns>
    public KnownBatch? Note(PollBatch batch)
    {
        if (batch.Held.Count > 0)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(batch.Rows.Written.Span);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Join(',', batch.Deleted)));
        return this with { Digest = Convert.ToHexString(hash.GetHashAndReset()) };
    }

    /// <summary>True when this brings what that one brought, and the table is as it was left then.</summary>
    public bool Repeats(KnownBatch? earlier) => earlier is not null
        && Digest == earlier.Digest
        && ReferenceEquals(Mapped, earlier.Mapped)
        && Passages == earlier.Passages + 1
        && At - earlier.At < Life;
}
