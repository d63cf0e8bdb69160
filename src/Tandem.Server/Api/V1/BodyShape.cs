using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Tandem.Server.Api.V1;

/// <summary>
/// Holds a body against the type that it is read as: members that the type does not have, values of another kind, what is missing. What is
/// wrong is named by its place and taken out, so that the rest can be read. Values are never told, for one may be a secret.
/// </summary>
internal static class BodyShape
{
    public static void Check(JsonObject members, Type type, Problems problems) => CheckObject(members, type, "", problems);

    private static void CheckObject(JsonObject members, Type type, string path, Problems problems)
    {
        var known = ApiJson.Options.GetTypeInfo(type).Properties;
        foreach (var (name, value) in members.ToList())
        {
            var place = path + name;
            if (known.FirstOrDefault(property => property.Name == name) is not { } property)
                problems.Add(place, $"There is no such member; known are {string.Join(", ", known.Select(each => each.Name))}.");
            else if (value is null || Fits(value, property.PropertyType, place, problems))
                continue;
            members.Remove(name);
        }

        foreach (var property in known.Where(property => IsRequired(property) && members[property.Name] is null))
        {
            if (!problems.Has(path + property.Name))
                problems.Add(path + property.Name, $"Expected {Describe(property.PropertyType)}, found nothing.");
        }
    }

    private static bool Fits(JsonNode value, Type type, string path, Problems problems)
    {
        var shape = ApiJson.Options.GetTypeInfo(type);
        switch (shape.Kind, value)
        {
            case (JsonTypeInfoKind.Object, JsonObject members):
                CheckObject(members, type, $"{path}.", problems);
                return true;
            case (JsonTypeInfoKind.Dictionary, JsonObject members) when shape.ElementType is { } element:
                foreach (var (name, item) in members.ToList())
                {
                    if (item is not null && !Fits(item, element, $"{path}.{name}", problems))
                        members.Remove(name);
                }

                return true;
            case (JsonTypeInfoKind.None, _):
                var problem = FindProblem(value, type);
                if (problem is not null)
                    problems.Add(path, problem);
                return problem is null;
            default:
                problems.Add(path, $"Expected {Describe(type)}, found {KindOf(value)}.");
                return false;
        }
    }

    private static string? FindProblem(JsonNode value, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (typeof(JsonNode).IsAssignableFrom(plain))
            return null;
        var isNumber = plain == typeof(int) || plain == typeof(double);
        try
        {
            // Numbers in quotes would be read too.
            if (isNumber == (value.GetValueKind() == JsonValueKind.Number))
            {
                var read = value.Deserialize(type, ApiJson.Options);
                return read is string text && text.Contains('\0', StringComparison.Ordinal)
                    ? "Expected a text without the character NUL, which no database keeps."
                    : null;
            }
        }
        catch (JsonException)
        {
            // What was expected says more than the reader's words, which may quote the value.
        }

        return $"Expected {Describe(plain)}, found {KindOf(value)}{(value.GetValueKind() == JsonValueKind.String ? " that is none" : "")}.";
    }

    private static bool IsRequired(JsonPropertyInfo property) =>
        property.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) is true;

    private static string Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => "a text",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(int) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when plain == typeof(Guid) => "an id such as 01900000-0000-7000-8000-000000000000",
            _ when plain == typeof(DateTimeOffset) => "a moment such as 2026-01-31T12:00:00Z",
            _ when plain == typeof(Uri) => "an address such as https://acme.my.salesforce.com",
            { IsEnum: true } => string.Join(" or ", Enum.GetNames(plain).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)),
            _ => "an object",
        };
    }

    private static string KindOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };
}
