namespace Tandem.Sync.ApiVersions;

/// <summary>One field that a mapping reads and that two versions of the API describe otherwise.</summary>
/// <param name="Before">In the version in use; null where it has no such field.</param>
/// <param name="After">In the target; null where it has no such field.</param>
/// <param name="IsSafe">Nobody has to do anything: the table follows by itself and loses nothing.</param>
public sealed record FieldDifference(string Field, FieldDifferenceKind Kind, string? Before, string? After, bool IsSafe)
{
    /// <summary>Such as <c>Name: length 80 becomes 120</c>.</summary>
    public override string ToString() => Kind switch
    {
        FieldDifferenceKind.Added => $"{Field}: new, {After}",
        FieldDifferenceKind.Lost => $"{Field}: no longer there",
        FieldDifferenceKind.Type => $"{Field}: type {Before} becomes {After}",
        FieldDifferenceKind.Length => $"{Field}: length {Before} becomes {After}",
        _ => $"{Field}: digits {Before} become {After}",
    };
}
