namespace Tandem.Cli.Remote;

/// <summary>How far the reading of one object has come, as a server tells it.</summary>
/// <param name="Total">Null before the org has told it.</param>
internal sealed record LoadStep(string ObjectName, long Done, long? Total);
