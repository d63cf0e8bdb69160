namespace Tandem.Server.Api.V1;

/// <summary>Where the outcome of a comparison will be.</summary>
internal sealed record VerificationBegun(string ResultUrl);
