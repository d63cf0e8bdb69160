using System.Text.Json;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// A JSON object of a metadata file together with its path, so that every error can say where it stands. Used by the readers of
/// objects and fields.
/// </summary>
internal readonly struct MetadataNode
{
    private readonly string _file;
    private readonly JsonElement _element;

    public MetadataNode(string file, string path, JsonElement element)
    {
        _file = file;
        Path = path;
        _element = element;
        if (element.ValueKind != JsonValueKind.Object)
            throw Error($"expected an object, found {Kind(element)}.");
    }

    public string Path { get; }

    public MetadataException Error(string problem) => new(_file, Path, problem);

    public MetadataException Error(string member, string problem) => new(_file, $"{Path}.{member}", problem);

    /// <summary>Refuses members that nobody reads: a misspelt one would otherwise be lost in silence.</summary>
    public void ExpectOnly(IReadOnlyCollection<string> members)
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (!members.Contains(property.Name, StringComparer.Ordinal))
                throw Error(property.Name, $"this member is unknown; known are {string.Join(", ", members)}.");
        }
    }

    public string Text(string member) => OptionalText(member) ?? throw Error(member, "expected a text, found nothing.");

    public string? OptionalText(string member)
    {
        if (!_element.TryGetProperty(member, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } text)
            throw Error(member, $"expected a text that is not empty, found {Kind(value)}.");
        return text;
    }

    public bool Flag(string member, bool defaultValue)
    {
        if (!_element.TryGetProperty(member, out var value))
            return defaultValue;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Error(member, $"expected true or false, found {Kind(value)}."),
        };
    }

    public int Number(string member, int defaultValue, int minimum, int maximum)
    {
        if (!_element.TryGetProperty(member, out var value))
            return defaultValue;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number < minimum || number > maximum)
            throw Error(member, $"expected a whole number from {minimum} to {maximum}, found {value.GetRawText()}.");
        return number;
    }

    public IReadOnlyList<string> Texts(string member)
    {
        if (!_element.TryGetProperty(member, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            throw Error(member, $"expected a list of texts, found {Kind(value)}.");
        var texts = new List<string>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: > 0 } text)
                throw Error($"{member}[{texts.Count}]", $"expected a text that is not empty, found {Kind(item)}.");
            texts.Add(text);
        }

        return texts;
    }

    public IEnumerable<MetadataNode> Objects(string member)
    {
        if (!_element.TryGetProperty(member, out var value))
            throw Error(member, "expected a list of objects, found nothing.");
        if (value.ValueKind != JsonValueKind.Array)
            throw Error(member, $"expected a list of objects, found {Kind(value)}.");
        var (file, path) = (_file, Path);
        return value.EnumerateArray().Select((item, index) => new MetadataNode(file, $"{path}.{member}[{index}]", item));
    }

    /// <summary>An object within this one; null when it is not there.</summary>
    public MetadataNode? OptionalObject(string member) =>
        _element.TryGetProperty(member, out var value) ? new MetadataNode(_file, $"{Path}.{member}", value) : null;

    public bool Has(string member) => _element.TryGetProperty(member, out _);

    public JsonElement? Optional(string member) => _element.TryGetProperty(member, out var value) ? value : null;

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: 0 } ? "an empty text" : "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
