namespace Tandem.Server.Api.V3;

/// <summary>Where the outcome of something that was begun will be.</summary>
internal sealed record ResultAddress(string ResultUrl);
