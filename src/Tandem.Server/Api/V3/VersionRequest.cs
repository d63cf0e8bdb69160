namespace Tandem.Server.Api.V3;

/// <summary>What a client sends to change the version of the org's API. Source: heroku-connect.md, section 12.3.</summary>
internal sealed record VersionRequest(string? TargetVersion);
