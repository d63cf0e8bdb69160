namespace Tandem.Sync.Adopt;

/// <summary>What an adoption does with a table.</summary>
public enum AdoptionAction
{
    /// <summary>Takes it over with its rows; reading goes on from the cursor.</summary>
    Adopt,

    /// <summary>Stores its mapping; it has no records yet, and the next start of the server loads it.</summary>
    Load,

    /// <summary>Nothing: it is kept in step already.</summary>
    Done,

    /// <summary>Cannot take it over until a person has acted.</summary>
    Refuse,
}
