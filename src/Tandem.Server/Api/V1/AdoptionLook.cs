namespace Tandem.Server.Api.V1;

/// <summary>How closely both sides are compared at the end of an adoption.</summary>
internal enum AdoptionLook
{
    Counts,
    Stamps,
    Values,
    Off,
}
