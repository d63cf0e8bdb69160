namespace Tandem.Simulator.Metadata;

/// <summary>The ways in which the platform fills fields of standard objects by itself on each save; the saves act on them.</summary>
public enum Derivation
{
    /// <summary>The field holds what was written.</summary>
    None,

    /// <summary>A person's name from salutation, first name and last name.</summary>
    PersonName,

    /// <summary>Amount times probability.</summary>
    ExpectedRevenue,

    /// <summary>True when the opportunity's stage ends it, or when the case's status is Closed.</summary>
    IsClosed,

    /// <summary>True when the opportunity's stage is the won one.</summary>
    IsWon,

    /// <summary>The stage's probability, when the save changes the stage and names no probability.</summary>
    StageProbability,

    /// <summary>The bytes of the record's base64 field.</summary>
    BodyLength,

    /// <summary>Quantity times price, unless the save names a total.</summary>
    LineTotal,

    /// <summary>The total divided by the quantity, when a new line names a total and no price.</summary>
    LineUnitPrice,

    /// <summary>The moment of the save that closed the case; null while it is open.</summary>
    ClosedDate,
}
