namespace Tandem.Sync.Catalog.Access;

/// <summary>What kind of actor changed something.</summary>
public enum ActorKind
{
    /// <summary>A program with an API token.</summary>
    Token,

    /// <summary>A person who has signed in.</summary>
    User,

    /// <summary>A person with access to the database, by <c>tandem</c> on the command line.</summary>
    CommandLine,

    /// <summary>The server at its start, from its options and files.</summary>
    Start,
}
