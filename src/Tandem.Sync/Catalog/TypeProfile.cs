namespace Tandem.Sync.Catalog;

/// <summary>Which column types a connection's tables have.</summary>
public enum TypeProfile
{
    /// <summary>Those of Heroku Connect: timestamp without time zone, double precision, varchar(n). The default.</summary>
    Heroku,

    /// <summary>Exact ones for new users: timestamptz, numeric(p,s), text.</summary>
    Exact,
}
