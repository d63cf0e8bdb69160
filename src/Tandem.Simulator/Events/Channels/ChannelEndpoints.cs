using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Events.Channels;

/// <summary>
/// The Tooling API's rows that set up Change Data Capture: channels and their members. Enrichment and filters are refused, not ignored.
/// Source: salesforce-api.md, section 5.3.
/// </summary>
internal sealed class ChannelEndpoints
{
    private const string Channel = "PlatformEventChannel";
    private const string Member = "PlatformEventChannelMember";
    private const string Root = "/services/data/v{version}/tooling/sobjects/";
    private const string ChannelPrefix = "0YL";
    private const string MemberPrefix = "0v8";

    private readonly ConcurrentDictionary<string, ChannelEntry> _entries = new(StringComparer.Ordinal);
    private readonly EventBus _bus;
    private long _lastNumber;

    private ChannelEndpoints(EventBus bus) => _bus = bus;

    public static void Map(IEndpointRouteBuilder routes, EventBus bus)
    {
        var endpoints = new ChannelEndpoints(bus);
        routes.MapPost(Root + Channel, context => endpoints.CreateAsync(context, endpoints.ReadChannel));
        routes.MapPost(Root + Member, context => endpoints.CreateAsync(context, endpoints.ReadMember));
        foreach (var (name, prefix) in new[] { (Channel, ChannelPrefix), (Member, MemberPrefix) })
        {
            routes.MapGet(Root + name + "/{id}", context => WriteAsync(context, name, endpoints.Find(context, prefix)));
            routes.MapDelete(Root + name + "/{id}", context => endpoints.Delete(context, prefix));
        }
    }

    private async Task CreateAsync(HttpContext context, Func<string, JsonElement, ChannelEntry> read)
    {
        using var body = await ApiRequest.ReadJsonAsync(context);
        var root = body.RootElement;
        if (JsonMember.Text(root, "FullName") is not { } fullName || root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("Metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
            throw new ApiException(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName, Metadata]",
                ["FullName", "Metadata"]);
        var entry = read(fullName, metadata);
        if (_entries.Values.Any(other => other.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase)
            && (other.Member is null) == (entry.Member is null)))
            throw new ApiException(400, "DUPLICATE_DEVELOPER_NAME", $"The name {fullName} is taken already.", ["FullName"]);
        if (entry.Member is { } member)
            _bus.Channels.AddMember(entry.Address, member);
        else
            _bus.Channels.AddCustom(entry.Address, []);
        _entries[entry.Id] = entry;
        await JsonAnswer.WriteAsync(context, 201, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", entry.Id);
            writer.WriteBoolean("success", true);
            JsonAnswer.WriteTexts(writer, "errors", []);
            JsonAnswer.WriteTexts(writer, "warnings", []);
            JsonAnswer.WriteTexts(writer, "infos", []);
            writer.WriteEndObject();
        });
    }

    private ChannelEntry ReadChannel(string fullName, JsonElement metadata)
    {
        var root = JsonMember.Text(metadata, "channelType") switch
        {
            "data" => "/data/",
            "event" => "/event/",
            _ => throw Invalid("The channelType of a channel is data or event.", "channelType"),
        };
        if (!fullName.EndsWith("__chn", StringComparison.Ordinal))
            throw Invalid($"The name of a custom channel ends with __chn; {fullName} does not.", "FullName");
        return New(ChannelPrefix, fullName, root + fullName, null, metadata);
    }

    private ChannelEntry ReadMember(string fullName, JsonElement metadata)
    {
        foreach (var unsupported in new[] { "enrichedFields", "filterExpression" })
        {
            if (metadata.TryGetProperty(unsupported, out var value) && value.ValueKind is not JsonValueKind.Null
                && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
                throw Invalid($"This org does not support {unsupported} of a channel's member.", unsupported);
        }

        var address = AddressOf(JsonMember.Text(metadata, "eventChannel") ?? "");
        var entity = JsonMember.Text(metadata, "selectedEntity") ?? "";
        var found = _bus.FindChannel(address.StartsWith("/data/", StringComparison.Ordinal) ? "/data/" + entity : "/event/" + entity);
        if (found?.Subject is not { } subject)
            throw Invalid($"The selectedEntity {entity} is no event of the channel's kind.", "selectedEntity");
        return New(MemberPrefix, fullName, address, subject, metadata);
    }

    private string AddressOf(string eventChannel)
    {
        if (eventChannel == "ChangeEvents")
            return ChannelDirectory.AllChanges;
        return _entries.Values.FirstOrDefault(entry => entry.Member is null
            && entry.FullName.Equals(eventChannel, StringComparison.OrdinalIgnoreCase))?.Address
            ?? throw Invalid($"There is no channel {eventChannel}.", "eventChannel");
    }

    private ChannelEntry New(string prefix, string fullName, string address, string? member, JsonElement metadata) => new()
    {
        Id = RecordId.Create(prefix, Interlocked.Increment(ref _lastNumber)),
        FullName = fullName,
        Address = address,
        Member = member,
        Metadata = metadata.GetRawText(),
    };

    private ChannelEntry Find(HttpContext context, string prefix) =>
        RecordId.TryNormalize(ApiRequest.RouteText(context, "id"), out var id) && id.StartsWith(prefix, StringComparison.Ordinal)
        && _entries.TryGetValue(id, out var entry) ? entry : throw ApiRequest.NotFound();

    private Task Delete(HttpContext context, string prefix)
    {
        var entry = Find(context, prefix);
        if (entry.Member is { } member)
        {
            _bus.Channels.RemoveMember(entry.Address, member);
        }
        else
        {
            _bus.Channels.RemoveCustom(entry.Address);
            foreach (var other in _entries.Values.Where(other => other.Address == entry.Address))
                _entries.TryRemove(other.Id, out _);
        }

        _entries.TryRemove(entry.Id, out _);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, string name, ChannelEntry entry) => JsonAnswer.WriteAsync(context, 200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("attributes");
        writer.WriteString("type", name);
        writer.WriteString("url", $"{ApiRequest.Root(context)}/tooling/sobjects/{name}/{entry.Id}");
        writer.WriteEndObject();
        writer.WriteString("Id", entry.Id);
        writer.WriteString("FullName", entry.FullName);
        writer.WriteString("DeveloperName", entry.FullName.Replace("__chn", "", StringComparison.Ordinal));
        writer.WritePropertyName("Metadata");
        writer.WriteRawValue(entry.Metadata);
        writer.WriteEndObject();
    });

    private static ApiException Invalid(string message, string member) => new(400, "INVALID_INPUT", message, [member]);
}
