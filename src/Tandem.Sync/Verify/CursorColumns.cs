using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>Finds the column of a mapping's cursor field.</summary>
internal static class CursorColumns
{
    public static string CursorColumn(this MappedObject mapped) =>
        mapped.Fields.First(field => field.Description.Name.Equals(mapped.CursorField, StringComparison.OrdinalIgnoreCase)).Column.Name;
}
