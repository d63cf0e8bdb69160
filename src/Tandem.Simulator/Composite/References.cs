using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tandem.Simulator.Composite;

/// <summary>
/// Puts values of earlier answers into later requests where these say <c>@{name.path}</c>, in the address and in the texts of the body.
/// Source: salesforce-api.md, section 2.8.
/// </summary>
internal sealed class References
{
    private const string Opening = "@{";
    private static readonly SearchValues<char> PathEnds = SearchValues.Create(".[");
    private static readonly SearchValues<char> SpecialInUrls = SearchValues.Create(" %#?&+");

    private readonly Dictionary<string, JsonElement?> _answers = new(StringComparer.Ordinal);

    public void Add(string referenceId, Subresponse answer) => _answers[referenceId] = answer.Body;

    /// <summary>The names that a request refers to, each once.</summary>
    public static IReadOnlyCollection<string> NamesIn(Subrequest request)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Collect(request.Url);
        if (request.HasBody)
            Walk(request.Body);
        return names;

        void Walk(JsonElement json)
        {
            if (json.ValueKind == JsonValueKind.String)
                Collect(json.GetString() ?? "");
            else if (json.ValueKind == JsonValueKind.Array)
                json.EnumerateArray().ToList().ForEach(Walk);
            else if (json.ValueKind == JsonValueKind.Object)
                json.EnumerateObject().ToList().ForEach(member => Walk(member.Value));
        }

        void Collect(string text)
        {
            for (var at = text.IndexOf(Opening, StringComparison.Ordinal); at >= 0;
                at = text.IndexOf(Opening, at + Opening.Length, StringComparison.Ordinal))
            {
                var end = text.IndexOf('}', at);
                if (end > 0)
                    names.Add(NameOf(text[(at + Opening.Length)..end]));
            }
        }
    }

    /// <summary>The request with its references filled in, or the sentence about the first that has no value.</summary>
    public (Subrequest? Request, string? Problem) Resolve(Subrequest request)
    {
        var url = Fill(request.Url, EscapeInUrl, out var problem);
        if (problem is not null)
            return (null, problem);
        if (!request.HasBody || !request.Body.GetRawText().Contains(Opening, StringComparison.Ordinal))
            return (request with { Url = url }, null);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            problem = Copy(request.Body, writer);
        if (problem is not null)
            return (null, problem);
        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return (request with { Url = url, Body = JsonElement.ParseValue(ref reader) }, null);
    }

    private string? Copy(JsonElement json, Utf8JsonWriter writer)
    {
        string? problem = null;
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    problem ??= Copy(member.Value, writer);
                    if (problem is not null)
                        return problem;
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    problem ??= Copy(item, writer);
                    if (problem is not null)
                        return problem;
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Fill(json.GetString() ?? "", static (value, _) => value, out problem));
                break;
            default:
                json.WriteTo(writer);
                break;
        }

        return problem;
    }

    private string Fill(string text, Func<string, int, string> escape, out string? problem)
    {
        problem = null;
        var at = text.IndexOf(Opening, StringComparison.Ordinal);
        if (at < 0)
            return text;
        var filled = new StringBuilder();
        var done = 0;
        while (at >= 0 && text.IndexOf('}', at) is > 0 and var end)
        {
            var expression = text[(at + Opening.Length)..end];
            if (Find(expression) is not { } value)
            {
                problem = $"Invalid reference specified. No value for {expression} found in {NameOf(expression)}";
                return text;
            }

            filled.Append(text, done, at - done).Append(escape(value, at));
            done = end + 1;
            at = text.IndexOf(Opening, done, StringComparison.Ordinal);
        }

        return filled.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>The text of the value at a path such as <c>name.records[0].Id</c>; null when nothing or no single value is there.</summary>
    private string? Find(string expression)
    {
        var name = NameOf(expression);
        if (!_answers.TryGetValue(name, out var answer) || answer is not { } json)
            return null;
        var path = expression[name.Length..].Replace("[", ".[", StringComparison.Ordinal);
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step.StartsWith('['))
            {
                if (json.ValueKind != JsonValueKind.Array || !int.TryParse(step.Trim('[', ']'), NumberStyles.None,
                    CultureInfo.InvariantCulture, out var index) || index >= json.GetArrayLength())
                    return null;
                json = json[index];
            }
            else if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(step, out json))
            {
                return null;
            }
        }

        return json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => json.GetRawText(),
            _ => null,
        };
    }

    private static string NameOf(string expression)
    {
        var end = expression.AsSpan().IndexOfAny(PathEnds);
        return end < 0 ? expression : expression[..end];
    }

    /// <summary>A value at the start is an address already; within one, what would end the part is escaped.</summary>
    private static string EscapeInUrl(string value, int at) =>
        at > 0 && value.AsSpan().ContainsAny(SpecialInUrls) ? Uri.EscapeDataString(value) : value;
}
