using System.Text.Json;

namespace Tandem.Simulator.Control;

/// <summary>
/// The knobs of the org in one place, by name, for the control plane. The value itself lives with the part that it steers; here stand
/// only the ways to read and to set it.
/// </summary>
public sealed class OrgSettings
{
    private readonly SortedDictionary<string, Knob> _knobs = new(StringComparer.Ordinal);

    /// <summary>Every knob with its present value.</summary>
    public IReadOnlyDictionary<string, object?> Values => _knobs.ToDictionary(pair => pair.Key, pair => pair.Value.Read(),
        StringComparer.Ordinal);

    /// <summary>Puts a knob on the board; done once, before the server listens.</summary>
    internal void Add<T>(string name, Func<T?> read, Action<T?> write) => _knobs.Add(name, new Knob(() => read(), json =>
    {
        try
        {
            write(json.Deserialize<T>(ControlJson.Pages));
        }
        catch (JsonException)
        {
            throw new ControlException($"The setting {name} takes {Spelling(typeof(T))}, found {json.ValueKind}.");
        }
    }));

    /// <exception cref="ControlException">There is no such knob, or it does not take the value.</exception>
    public void Set(string name, JsonElement value)
    {
        if (!_knobs.TryGetValue(name, out var knob))
            throw ControlException.Missing("setting", name);
        try
        {
            knob.Write(value);
        }
        catch (ArgumentException exception)
        {
            throw new ControlException($"The setting {name} does not take this value: {exception.Message}");
        }
    }

    private static string Spelling(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name switch
    {
        nameof(TimeSpan) => "a span of time such as 00:00:05",
        nameof(Boolean) => "true or false",
        nameof(String) => "a text",
        _ => "a number",
    };

    private sealed record Knob(Func<object?> Read, Action<JsonElement> Write);
}
