namespace Tandem.Simulator.Soap;

/// <summary>An element of a request, read whole. Names are compared without their namespaces, because clients in use get those wrong.
/// Made by <see cref="SoapReader"/>.</summary>
internal sealed record SoapNode
{
    public required string Name { get; init; }

    public required string Text { get; init; }

    public required bool IsNil { get; init; }

    /// <summary>The <c>xsi:type</c> without its prefix; null when the element has none.</summary>
    public required string? Type { get; init; }

    public required IReadOnlyList<SoapNode> Children { get; init; }

    public SoapNode? Find(string name) => Children.FirstOrDefault(child => child.Name.Equals(name, StringComparison.Ordinal));

    public IEnumerable<SoapNode> All(string name) => Children.Where(child => child.Name.Equals(name, StringComparison.Ordinal));

    /// <summary>The trimmed text of a child; empty when it is absent or nil.</summary>
    public string TextOf(string name) => Find(name) is { IsNil: false } child ? child.Text.Trim() : "";

    public bool IsTrue(string name) => TextOf(name) is "true" or "1";

    public IReadOnlyList<string> TextsOf(string name) => [.. All(name).Where(child => !child.IsNil).Select(child => child.Text.Trim())];
}
