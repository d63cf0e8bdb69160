using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Which records a table should hold: the live ones, and of objects that archive also those in the archive, which only queryAll shows.
/// Source: salesforce-api.md, section 10.
/// </summary>
internal static class OrgScope
{
    public static bool IncludesDeleted(MappedObject mapped) =>
        mapped.HasRecycleBin && mapped.Description.FindField("IsArchived") is not null;

    /// <summary>The condition, and where deleted records come along that they stay out.</summary>
    public static string Narrow(MappedObject mapped, string condition) =>
        IncludesDeleted(mapped) ? $"({condition}) AND IsDeleted = false" : condition;
}
