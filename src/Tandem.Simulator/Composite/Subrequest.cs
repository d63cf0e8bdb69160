using System.Text.Json;

namespace Tandem.Simulator.Composite;

/// <summary>One request within a composite, batch or graph call, as the call spells it.</summary>
internal sealed record Subrequest
{
    public required string Method { get; init; }

    /// <summary>The address from <c>/services</c> on, with its query.</summary>
    public required string Url { get; init; }

    /// <summary>The name under which later requests refer to the answer; empty in a batch.</summary>
    public string ReferenceId { get; init; } = "";

    /// <summary>Undefined when the request has no body.</summary>
    public JsonElement Body { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The option headers of the call count for the request too; so it is in a batch. Elsewhere it names its own.</summary>
    public bool InheritsOptions { get; init; }

    public bool HasBody => Body.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
}
