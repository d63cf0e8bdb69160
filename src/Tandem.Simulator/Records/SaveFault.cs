namespace Tandem.Simulator.Records;

/// <summary>A rule that refuses rows which would otherwise be saved, as locks and triggers of a busy org do. Tests and the control plane
/// put such rules into <see cref="SaveFaults"/>.</summary>
public sealed record SaveFault
{
    /// <summary>Tells this rule from the others.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("n");

    /// <summary>The object whose rows are refused; null for every object's.</summary>
    public string? ObjectName { get; init; }

    /// <summary>The code of the refusal.</summary>
    public string StatusCode { get; init; } = "UNABLE_TO_LOCK_ROW";

    public string Message { get; init; } = "unable to obtain exclusive access to this record";

    /// <summary>How many rows are refused before the rule is spent; null for a rule that stays.</summary>
    public int? Count { get; init; }

    /// <summary>The share of rows that are refused, from 0 to 1.</summary>
    public double Rate { get; init; } = 1;
}
