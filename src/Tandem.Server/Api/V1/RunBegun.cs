namespace Tandem.Server.Api.V1;

/// <summary>Where the outcome of what was begun will be.</summary>
internal sealed record RunBegun(string ResultUrl);
