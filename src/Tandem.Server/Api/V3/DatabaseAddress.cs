namespace Tandem.Server.Api.V3;

/// <summary>Where a connection's database is, without how to sign in there.</summary>
internal sealed record DatabaseAddress(string? Host, string? Database, int Port);
