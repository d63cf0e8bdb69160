namespace Tandem.Postgres.Tables;

/// <summary>How a column of an existing table relates to the one that a definition asks for.</summary>
internal enum ColumnFit
{
    Fits,
    Missing,
    TooNarrow,
}
