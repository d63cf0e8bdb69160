namespace Tandem.Server.Api.V3;

/// <summary>Why a connection does not change its version of the API. Source: heroku-connect.md, section 12.9.</summary>
/// <param name="SyncingMappings">The objects that a Bulk job is still bringing.</param>
internal sealed record VersionRefusal(string Code, string Message, IReadOnlyList<string> SyncingMappings);
