namespace Tandem.Postgres.Conflicts;

/// <summary>How many values both sides had changed.</summary>
/// <param name="LastDay">In the last 24 hours.</param>
/// <param name="Kept">All that the log still has; it keeps them as long as the archive keeps its entries.</param>
public sealed record ConflictCount(long LastDay, long Kept)
{
    public static readonly ConflictCount None = new(0, 0);
}
