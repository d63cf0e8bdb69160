using Tandem.Sync.Catalog;

namespace Tandem.Sync.Adopt;

/// <summary>A mapping as a table tells it.</summary>
/// <param name="OwnColumns">Columns that no field of the object has: they are the user's.</param>
/// <param name="Problems">What the table leaves open and a person must say.</param>
internal sealed record FoundMapping(Mapping Mapping, IReadOnlyList<string> OwnColumns, IReadOnlyList<string> Problems);
