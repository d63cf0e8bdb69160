namespace Tandem.Postgres.Tables;

/// <summary>A one-column index of a synced table. Its name follows from table, column and uniqueness.</summary>
public sealed record IndexDefinition(string Column, bool IsUnique)
{
    public string NameOn(string table) => ReservedNames.Index(table, Column, IsUnique);
}
