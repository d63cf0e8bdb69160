namespace Tandem.Sync.Freshness;

/// <summary>A derived field and, in words for a person, how its column is kept true: "by changes of Account, asked every 10 min".</summary>
public sealed record FieldFreshness(string Field, string Kept);
