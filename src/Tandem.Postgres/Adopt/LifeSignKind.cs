namespace Tandem.Postgres.Adopt;

/// <summary>By what a program at work is noticed.</summary>
public enum LifeSignKind
{
    /// <summary>It took or settled an entry of the change log.</summary>
    Log,

    /// <summary>A session that names itself Heroku Connect.</summary>
    Named,

    /// <summary>A session that waits for new entries; apps do so too.</summary>
    Listening,
}
