namespace Tandem.Server.Api.V1;

/// <summary>A request that is not done yet.</summary>
/// <param name="IsTaken">The server works at it.</param>
internal sealed record RequestProgress(bool IsTaken);
