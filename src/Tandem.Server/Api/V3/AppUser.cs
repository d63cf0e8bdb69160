namespace Tandem.Server.Api.V3;

/// <summary>Who asks, by the name of the token.</summary>
internal sealed record AppUser(Guid Id, string Email);
