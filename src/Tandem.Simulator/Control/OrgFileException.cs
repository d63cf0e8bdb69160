namespace Tandem.Simulator.Control;

/// <summary>A save file that cannot be read as one, with the reason; the start stops with it, and the file stays as it is.</summary>
public sealed class OrgFileException(string path, string problem, Exception? cause = null)
    : Exception($"{path} cannot be read as a saved org: {problem} The file is left as it is.", cause);
