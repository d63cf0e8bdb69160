namespace Tandem.Server.Api.V1;

/// <summary>What becomes of a record that a duplicate rule of the org alerts to.</summary>
internal enum DuplicateChoice
{
    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>It is saved where the rule lets that be.</summary>
    Save,
}
