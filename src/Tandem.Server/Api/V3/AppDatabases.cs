namespace Tandem.Server.Api.V3;

/// <summary>The databases that a connection of an app can be set to.</summary>
internal sealed record AppDatabases(IReadOnlyList<AppDatabase> DbKeys);
