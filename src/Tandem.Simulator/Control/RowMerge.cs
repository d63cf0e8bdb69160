namespace Tandem.Simulator.Control;

/// <summary>A merge that someone else than the API's caller makes.</summary>
public sealed record RowMerge
{
    /// <summary>The id or the user name of the user; empty is the admin.</summary>
    public string User { get; init; } = "";

    /// <summary>The name of the program that the user works with; it stands in change events.</summary>
    public string Client { get; init; } = "";

    /// <summary>The record that stays.</summary>
    public required string MasterId { get; init; }

    /// <summary>The one or two records that go into it.</summary>
    public required IReadOnlyList<string> Ids { get; init; }
}
