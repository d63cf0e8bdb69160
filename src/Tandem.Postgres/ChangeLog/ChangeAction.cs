namespace Tandem.Postgres.ChangeLog;

/// <summary>What the user did to the row.</summary>
public enum ChangeAction
{
    Insert,
    Update,
    Delete,
}
