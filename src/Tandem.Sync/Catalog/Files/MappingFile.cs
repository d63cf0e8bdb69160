using System.Text.Json;

namespace Tandem.Sync.Catalog.Files;

/// <summary>
/// A mapping file: the version 1 JSON that Heroku Connect exports and imports, old files without indexes and features included.
/// Source: heroku-connect.md, section 11.
/// </summary>
public sealed record MappingFile
{
    private static readonly JsonDocumentOptions ReadOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
    };

    public required ConnectionSettings Connection { get; init; }

    /// <summary>An import makes or changes these; mappings that are not listed stay as they are.</summary>
    public required IReadOnlyList<Mapping> Mappings { get; init; }

    /// <summary>Members that are not known are kept; every problem is reported with its place, all at once.</summary>
    /// <exception cref="ConfigurationException">The text is no mapping file, or asks for what cannot be.</exception>
    public static MappingFile Parse(string json)
    {
        using var document = ReadJson(json);
        var problems = new List<string>();
        var root = document.RootElement;
        var mappings = MappingReader.Read(root, problems);
        var connection = ConnectionReader.Read(root, problems) with { Source = WithoutMappings(root) };

        // No text of a Postgres database can hold it, and no name or option needs it.
        if (json.Contains("\\u0000", StringComparison.Ordinal))
            problems.Add("The mapping file holds the character NUL (\\u0000), which no database keeps; take it out.");
        return problems.Count == 0
            ? new MappingFile { Connection = connection, Mappings = mappings }
            : throw new ConfigurationException(problems);
    }

    /// <summary>What was found, unless it is too long to be shown in a sentence.</summary>
    internal static string Shown(JsonElement element) =>
        element.GetRawText() is { Length: <= 40 } text ? text : $"a long {element.ValueKind}";

    private static JsonDocument ReadJson(string json)
    {
        try
        {
            return JsonDocument.Parse(json, ReadOptions);
        }
        catch (JsonException exception) when (exception.LineNumber is { } line)
        {
            throw new ConfigurationException(
                $"The mapping file is not JSON: line {line + 1}, position {exception.BytePositionInLine + 1}.", exception);
        }
        catch (JsonException exception)
        {
            throw new ConfigurationException(
                $"The mapping file is not JSON whose objects name each member once: {exception.Message}", exception);
        }
    }

    private static string? WithoutMappings(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        var rest = JsonSerializer.SerializeToNode(root)?.AsObject() ?? [];
        rest.Remove("mappings");
        return rest.ToJsonString();
    }
}
