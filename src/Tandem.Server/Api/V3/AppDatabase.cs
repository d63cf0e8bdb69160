namespace Tandem.Server.Api.V3;

/// <summary>A database by the name of its variable, and the add-on that it comes from, which there is none of here.</summary>
internal sealed record AppDatabase(string Name, string? Addon);
