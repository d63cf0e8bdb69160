using Tandem.Salesforce.Describe;

namespace Tandem.Server.Api.V3;

/// <summary>A field of an object of the org.</summary>
internal sealed record FieldSchema
{
    public required string Name { get; init; }

    public required string Label { get; init; }

    public required string Type { get; init; }

    public required int Length { get; init; }

    public required int Precision { get; init; }

    public required int Scale { get; init; }

    public required bool Required { get; init; }

    public required bool Unique { get; init; }

    public required bool ExternalId { get; init; }

    public required bool Calculated { get; init; }

    public required bool Createable { get; init; }

    public required bool Updateable { get; init; }

    public static FieldSchema Of(FieldDescription field) => new()
    {
        Name = field.Name,
        Label = field.Label,
        Type = field.TypeName,
        Length = field.Length,
        Precision = field.Precision,
        Scale = field.Scale,
        Required = field is { IsNillable: false, IsDefaultedOnCreate: false, IsCreateable: true },
        Unique = field.IsUnique,
        ExternalId = field.IsExternalId,
        Calculated = field.IsCalculated,
        Createable = field.IsCreateable,
        Updateable = field.IsUpdateable,
    };
}
