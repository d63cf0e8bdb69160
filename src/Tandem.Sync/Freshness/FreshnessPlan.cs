using Tandem.Postgres.Load;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Freshness;

/// <summary>
/// How the derived columns of one mapped table are kept true, as read from the formulas of the org. Immutable; made anew when the mapped
/// object changes or the plan is old.
/// </summary>
public sealed record FreshnessPlan
{
    /// <summary>The object as mapped, which the plan was made for.</summary>
    public required MappedObject Source { get; init; }

    /// <summary>The same with nothing but the derived fields, SystemModstamp and Id.</summary>
    public required MappedObject Narrow { get; init; }

    /// <summary>Writes the narrow rows; it keeps its statements.</summary>
    public required ColumnRefresher Refresher { get; init; }

    /// <summary>Every derived field in the order of the columns.</summary>
    public required IReadOnlyList<FieldFreshness> Fields { get; init; }

    public required IReadOnlyList<ParentCheck> Checks { get; init; }

    /// <summary>The time zone in which TODAY() changes; null when no formula knows the day.</summary>
    public required TimeZoneInfo? Zone { get; init; }

    public required bool UsesMoment { get; init; }

    public required bool NeedsSweep { get; init; }

    /// <summary>A digest of all formulas that the values hang on.</summary>
    public required string Definition { get; init; }

    /// <summary>A digest of what is read and of <see cref="Definition"/>: a run under way goes on only with the same.</summary>
    public required string Digest { get; init; }

    public required DateTime MadeAt { get; init; }
}
