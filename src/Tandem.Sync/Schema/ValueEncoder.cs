using Tandem.Postgres.Load;

namespace Tandem.Sync.Schema;

/// <summary>
/// Writes one value, spelled as any of Salesforce's APIs spells it in UTF-8, as the next column of a COPY row. A value that does not
/// fit writes nothing.
/// </summary>
public delegate ValueFit ValueEncoder(CopyRows rows, ReadOnlySpan<byte> value);
