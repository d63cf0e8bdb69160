namespace Tandem.Server.Api;

/// <summary>Marks the endpoints that need no token.</summary>
internal sealed class OpenToAll;
