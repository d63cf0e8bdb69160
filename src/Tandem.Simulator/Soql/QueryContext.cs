using Tandem.Simulator.Data;

namespace Tandem.Simulator.Soql;

/// <summary>For whom and on what a statement runs: the org, the records as the caller sees them, and what the user may see.</summary>
internal sealed record QueryContext
{
    public required Org Org { get; init; }

    public required UserAccess Access { get; init; }

    public required IRecordView View { get; init; }

    /// <summary>The user that USING SCOPE speaks of; empty outside of a session.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The API version of the call.</summary>
    public int Version { get; init; } = 67;

    /// <summary>The day in the user's time zone, which is GMT.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Org.TimeProvider.GetUtcNow().UtcDateTime);

    /// <summary>A caller's context on committed records, or on those of a transaction's <paramref name="view"/>.</summary>
    public static QueryContext Of(Org org, Caller caller, IRecordView? view = null) => new()
    {
        Org = org,
        Access = org.AccessOf(caller.UserId),
        View = view ?? org.ViewOf(caller.Transaction),
        UserId = caller.UserId,
        Version = caller.Version,
    };
}
