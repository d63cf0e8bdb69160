namespace Tandem.Testing.Heroku;

/// <summary>Which generation of Heroku Connect made a schema.</summary>
public enum HerokuLayout
{
    /// <summary>As in the contract's sections 3 and 5.</summary>
    Present,

    /// <summary>
    /// 2016 and before, as far as the contract tells: no <c>_hc_</c> columns, a log with fewer columns and no archive, triggers, functions
    /// and indexes of other names, and <c>_trigger_last_id</c>.
    /// </summary>
    Old,
}
