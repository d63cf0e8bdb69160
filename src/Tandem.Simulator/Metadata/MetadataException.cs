namespace Tandem.Simulator.Metadata;

/// <summary>
/// A metadata file that does not describe an org: the message names the file, the JSON path and what was expected there.
/// Thrown while the simulator starts.
/// </summary>
public sealed class MetadataException(string file, string path, string problem) : Exception($"{file}: {path}: {problem}")
{
    public string Path { get; } = path;
}
