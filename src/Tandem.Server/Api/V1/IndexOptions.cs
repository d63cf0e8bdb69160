namespace Tandem.Server.Api.V1;

/// <summary>What is asked of the index on a field.</summary>
internal sealed record IndexOptions
{
    public bool? Unique { get; init; }
}
