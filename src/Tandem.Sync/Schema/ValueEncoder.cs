using Tandem.Postgres.Load;

namespace Tandem.Sync.Schema;

/// <summary>Writes one value, spelled as any of Salesforce's APIs spells it in UTF-8, as the next column of a COPY row.</summary>
/// <exception cref="FormatException">The bytes are no value of the field's type.</exception>
public delegate void ValueEncoder(CopyRows rows, ReadOnlySpan<byte> value);
