namespace Tandem.Sync.Catalog;

/// <summary>
/// What was asked for cannot be done as it stands: a mapping file with errors, a field that the org lacks, a database URL that leads
/// nowhere. Every problem found is one sentence for the person who asked; the command line prints them and exits with 1.
/// </summary>
public sealed class ConfigurationException(IReadOnlyList<string> problems, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, problems), inner)
{
    public ConfigurationException(string problem, Exception? inner = null)
        : this([problem], inner)
    {
    }

    /// <summary>One sentence each, at least one.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
