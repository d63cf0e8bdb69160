namespace Tandem.Simulator.Data;

/// <summary>
/// Who makes a call, through which door, and the options that it brings. Saves stamp records and events with it; endpoints make it from
/// a request, tests and the demo from a user id. Source: salesforce-api.md, sections 2.9 and 6.7.
/// </summary>
public sealed record Caller
{
    /// <summary>The 18-character id of the user.</summary>
    public required string UserId { get; init; }

    /// <summary>The door, as events name it: <c>rest</c>, <c>soap</c> or <c>bulk</c>.</summary>
    public string Api { get; init; } = "rest";

    /// <summary>The API version of the call.</summary>
    public int Version { get; init; } = 67;

    /// <summary>The name that the program gives itself in its call options; events carry it so that it knows its own changes.</summary>
    public string Client { get; init; } = "";

    /// <summary>Cuts text at its field's length where others get an error.</summary>
    public bool AllowsTruncation { get; init; }

    /// <summary>Saves although a duplicate rule found records alike.</summary>
    public bool AllowsDuplicates { get; init; }

    /// <summary>The duplicate rule's error shows the records alike with all their fields.</summary>
    public bool WantsDuplicateDetails { get; init; }

    /// <summary>The assignment rule that runs for the call's records: the id of one, any other text for the active ones; null for
    /// none.</summary>
    public string? Assignment { get; init; }

    /// <summary>The transaction that the call is a part of; null for a call that commits by itself.</summary>
    internal OrgTransaction? Transaction { get; init; }

    /// <summary>Where a change came from, as its event says.</summary>
    public string ChangeOrigin => FormattableString.Invariant($"com/salesforce/api/{Api}/{Version}.0;client={Client}");

    /// <summary>A user who works in the org by other means than the API call at hand.</summary>
    public static Caller Of(string userId) => new() { UserId = userId };
}
