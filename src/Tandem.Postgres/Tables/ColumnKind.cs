namespace Tandem.Postgres.Tables;

/// <summary>The PostgreSQL types that a column of a synced table can have.</summary>
public enum ColumnKind
{
    Varchar,
    Text,
    Boolean,
    Integer,
    BigInt,
    Double,
    Numeric,
    Date,
    Timestamp,
    TimestampTz,
    Time,
}
