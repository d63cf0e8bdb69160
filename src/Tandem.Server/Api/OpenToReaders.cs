namespace Tandem.Server.Api;

/// <summary>Marks the endpoints that change nothing of the configuration, though their method looks like it.</summary>
internal sealed class OpenToReaders;
