using System.Text.Json;

namespace Tandem.Simulator.Control;

/// <summary>Rows that someone else than the API's caller edits; made by tests and read from the control plane's bodies.</summary>
public sealed record RowEdit
{
    /// <summary>The id or the user name of the user; empty is the admin.</summary>
    public string User { get; init; } = "";

    /// <summary>The name of the program that the user works with; it stands in change events.</summary>
    public string Client { get; init; } = "";

    /// <summary>The door: <c>rest</c>, <c>soap</c> or <c>bulk</c>.</summary>
    public string Api { get; init; } = "rest";

    public bool AllOrNone { get; init; }

    /// <summary>The records to create, update or upsert, as Collections takes them: with <c>attributes.type</c>, and <c>id</c> to
    /// update.</summary>
    public IReadOnlyList<JsonElement> Records { get; init; } = [];

    /// <summary>The field to upsert by.</summary>
    public string ExternalIdField { get; init; } = "";

    /// <summary>The records to delete or to bring back.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];
}
