using Tandem.Postgres.Tables;
using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Schema;

/// <summary>A mapped field with its column and the way its values take into it.</summary>
public sealed record MappedField
{
    public required FieldDescription Description { get; init; }

    public required ColumnDefinition Column { get; init; }

    public required ValueEncoder Encode { get; init; }
}
