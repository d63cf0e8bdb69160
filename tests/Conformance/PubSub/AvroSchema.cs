using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>
/// Reads Avro binary by a schema's JSON, knowing nothing of who wrote it. Source: the Avro specification, and salesforce-api.md,
/// sections 6.5 and 6.6.
/// </summary>
public sealed class AvroSchema
{
    private readonly Dictionary<string, JsonObject> _named = new(StringComparer.Ordinal);

    public AvroSchema(string json)
    {
        Root = JsonNode.Parse(json).ShouldBeOfType<JsonObject>();
        Learn(Root);
    }

    public JsonObject Root { get; }

    public IReadOnlyList<string> FieldNames => [.. Fields(Root).Select(Name)];

    public JsonObject Field(string name) => Fields(Root).Single(field => Name(field) == name);

    /// <summary>The whole payload as JSON; bytes left over fail the test.</summary>
    public JsonObject Decode(ReadOnlySpan<byte> payload)
    {
        var place = 0;
        var body = Read(Root, payload, ref place).ShouldBeOfType<JsonObject>();
        place.ShouldBe(payload.Length);
        return body;
    }

    /// <summary>The names that an array of bitmaps lists: <c>Name</c>, or <c>BillingAddress.City</c> for a part.</summary>
    public IReadOnlyList<string> NamesOf(JsonNode? bitmaps)
    {
        List<string> names = [];
        foreach (var bitmap in bitmaps.ShouldBeOfType<JsonArray>().Select(node => node.ShouldNotBeNull().GetValue<string>()))
        {
            var dash = bitmap.IndexOf('-', StringComparison.Ordinal);
            var hex = bitmap[(dash + 1)..];
            hex.ShouldMatch("^0x([0-9A-F]{2})+$");
            var bits = BigInteger.Parse("0" + hex[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var parent = dash < 0 ? null : Fields(Root)[int.Parse(bitmap[..dash], CultureInfo.InvariantCulture)];
            var fields = parent is null ? Fields(Root) : Fields(RecordBranch(parent));
            names.AddRange(fields.Where((_, index) => (bits & (BigInteger.One << index)) != 0)
                .Select(field => parent is null ? Name(field) : $"{Name(parent)}.{Name(field)}"));
        }

        return names;
    }

    private static List<JsonObject> Fields(JsonObject record) =>
        [.. record["fields"].ShouldBeOfType<JsonArray>().Select(field => field.ShouldBeOfType<JsonObject>())];

    private static string Name(JsonObject field) => field["name"].ShouldNotBeNull().GetValue<string>();

    private JsonObject RecordBranch(JsonObject field) => field["type"].ShouldBeOfType<JsonArray>()
        .Select(branch => branch is JsonValue named ? _named.GetValueOrDefault(named.GetValue<string>()) : branch as JsonObject)
        .Last(branch => branch is not null).ShouldNotBeNull();

    private void Learn(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray branches:
                foreach (var branch in branches)
                    Learn(branch);
                break;
            case JsonObject type when type["type"] is JsonValue kind && kind.GetValue<string>() is "record" or "enum":
                _named.Add(Name(type), type);
                if (type["fields"] is JsonArray fields)
                {
                    foreach (var field in fields)
                        Learn(field?["type"]);
                }

                break;
            default:
                break;
        }
    }

    private JsonNode? Read(JsonNode? type, ReadOnlySpan<byte> payload, ref int place)
    {
        switch (type)
        {
            case JsonArray union:
                return Read(union[(int)ReadLong(payload, ref place)], payload, ref place);
            case JsonObject record when record["fields"] is not null:
                var body = new JsonObject();
                foreach (var field in Fields(record))
                    body[Name(field)] = Read(field["type"], payload, ref place);
                return body;
            case JsonObject list when list["items"] is { } items:
                var values = new JsonArray();
                for (var count = ReadLong(payload, ref place); count != 0; count = ReadLong(payload, ref place))
                {
                    for (var at = 0; at < count; at++)
                        values.Add(Read(items, payload, ref place));
                }

                return values;
            case JsonObject choice when choice["symbols"] is JsonArray symbols:
                return symbols[(int)ReadLong(payload, ref place)].ShouldNotBeNull().GetValue<string>();
            case JsonValue name:
                return ReadNamed(name.GetValue<string>(), payload, ref place);
            default:
                throw new ShouldAssertException($"A schema has a type that is none: {type}");
        }
    }

    private JsonNode? ReadNamed(string name, ReadOnlySpan<byte> payload, ref int place)
    {
        switch (name)
        {
            case "null":
                return null;
            case "boolean":
                return payload[place++] == 1;
            case "int":
                return (int)ReadLong(payload, ref place);
            case "long":
                return ReadLong(payload, ref place);
            case "double":
                place += 8;
                return BinaryPrimitives.ReadDoubleLittleEndian(payload[(place - 8)..]);
            case "string":
                var length = (int)ReadLong(payload, ref place);
                place += length;
                return Encoding.UTF8.GetString(payload[(place - length)..place]);
            default:
                return Read(_named[name], payload, ref place);
        }
    }

    private static long ReadLong(ReadOnlySpan<byte> payload, ref int place)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var octet = payload[place++];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
    }
}
