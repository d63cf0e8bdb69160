using System.Data.Common;

namespace Tandem.Postgres;

/// <summary>Reads text columns that may be null, which Npgsql's typed getters refuse.</summary>
public static class NullableText
{
    public static string? GetTextOrNull(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
