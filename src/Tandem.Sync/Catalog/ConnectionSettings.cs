namespace Tandem.Sync.Catalog;

/// <summary>
/// What a person asks of a connection, by options of the command line or in a mapping file. Null leaves what is stored, and for a
/// new connection the default, as it is.
/// </summary>
public sealed record ConnectionSettings
{
    /// <summary>Which column types new tables get.</summary>
    public TypeProfile? Types { get; init; }

    /// <summary>How local changes are sent.</summary>
    public WriteAlgorithm? Writes { get; init; }

    /// <summary>When processed entries of the change log move to its archive.</summary>
    public TimeSpan? ArchiveAfter { get; init; }

    /// <summary>When they leave the archive.</summary>
    public TimeSpan? ArchiveFor { get; init; }

    /// <summary>Which assignment rules of the org run for what is written.</summary>
    public AssignmentRules? Assignment { get; init; }

    /// <summary>Whether a record is saved although a duplicate rule alerts.</summary>
    public bool? SavesDuplicates { get; init; }

    /// <summary>Whether text is cut that is longer than its field.</summary>
    public bool? CutsText { get; init; }

    /// <summary>The part of the org's daily API calls that it may use, in per cent.</summary>
    public int? ApiShare { get; init; }

    /// <summary>The mapping file without its mappings, when it comes from one; see <see cref="Connection.Source"/>.</summary>
    public string? Source { get; init; }

    /// <summary>What this has, and for the rest what the other has.</summary>
    public ConnectionSettings Over(ConnectionSettings other) => new()
    {
        Types = Types ?? other.Types,
        Writes = Writes ?? other.Writes,
        ArchiveAfter = ArchiveAfter ?? other.ArchiveAfter,
        ArchiveFor = ArchiveFor ?? other.ArchiveFor,
        Assignment = Assignment ?? other.Assignment,
        SavesDuplicates = SavesDuplicates ?? other.SavesDuplicates,
        CutsText = CutsText ?? other.CutsText,
        ApiShare = ApiShare ?? other.ApiShare,
        Source = Source ?? other.Source,
    };

    /// <param name="hasTables">The connection has mapped tables already, whose types stay.</param>
    /// <exception cref="ConfigurationException">Other column types are asked for than the tables have.</exception>
    public Connection ApplyTo(Connection connection, bool hasTables)
    {
        if (hasTables && Types is { } types && types != connection.Types)
        {
            throw new ConfigurationException(
                $"The tables of the schema {connection.Schema} have the types {Word(connection.Types)}, which stay as long as the tables "
                + $"do; found {Word(types)} asked for. Leave it out, or use another schema for new tables.");
        }

        return connection with
        {
            Types = Types ?? connection.Types,
            Writes = Writes ?? connection.Writes,
            ArchiveAfter = ArchiveAfter ?? connection.ArchiveAfter,
            ArchiveFor = ArchiveFor ?? connection.ArchiveFor,
            Assignment = Assignment ?? connection.Assignment,
            SavesDuplicates = SavesDuplicates ?? connection.SavesDuplicates,
            CutsText = CutsText ?? connection.CutsText,
            ApiShare = ApiShare ?? connection.ApiShare,
            Source = Source ?? connection.Source,
        };
    }

    private static string Word(TypeProfile types) => types == TypeProfile.Exact ? "exact" : "heroku";
}
