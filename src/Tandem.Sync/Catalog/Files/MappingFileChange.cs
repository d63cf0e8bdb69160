namespace Tandem.Sync.Catalog.Files;

/// <summary>One difference between a configuration and the one that takes its place.</summary>
/// <param name="Path">The place in the file, a mapping by its object's name: <c>Account.config.fields.Phone</c>.</param>
/// <param name="Before">JSON text; null where nothing stood.</param>
/// <param name="After">JSON text; null where nothing stands any more.</param>
public sealed record MappingFileChange(string Path, string? Before, string? After)
{
    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"+ {Path}: {After}",
        (_, null) => $"- {Path}: {Before}",
        _ => $"  {Path}: {Before} -> {After}",
    };
}
