using System.Globalization;
using System.Text.Json;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>A Bayeux message as a client sent it. Source: salesforce-api.md, section 5.2.</summary>
internal sealed record CometdMessage
{
    public required string Channel { get; init; }

    /// <summary>Undefined when the client numbers nothing; given back as it came.</summary>
    public required JsonElement Id { get; init; }

    public required string? ClientId { get; init; }

    public required IReadOnlyList<string> Subscriptions { get; init; }

    /// <summary>True when the subscription is an array, which the reply repeats as one.</summary>
    public required bool HasSubscriptionList { get; init; }

    /// <summary>The replay extension: from where to read a channel; the value is a number or a text.</summary>
    public required JsonElement Replay { get; init; }

    /// <summary>What the client allows the server to wait, in milliseconds; null leaves it to the server.</summary>
    public required long? Timeout { get; init; }

    /// <summary>Reads one message; null for what is no object with a channel.</summary>
    public static CometdMessage? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || Text(json, "channel") is not { } channel)
            return null;
        var subscription = Member(json, "subscription");
        return new CometdMessage
        {
            Channel = channel,
            Id = Member(json, "id"),
            ClientId = Text(json, "clientId"),
            Subscriptions = subscription.ValueKind switch
            {
                JsonValueKind.String => [subscription.GetString() ?? ""],
                JsonValueKind.Array => [.. subscription.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString() ?? "")],
                _ => [],
            },
            HasSubscriptionList = subscription.ValueKind == JsonValueKind.Array,
            Replay = Member(Member(json, "ext"), "replay"),
            Timeout = Member(Member(json, "advice"), "timeout") is { ValueKind: JsonValueKind.Number } timeout
                && timeout.TryGetInt64(out var milliseconds) ? milliseconds : null,
        };
    }

    /// <summary>From where to read: -1 when the client does not say; false when it says something that is no number.</summary>
    public bool TryReplayFrom(string subscription, string channel, out long replayFrom, out string text)
    {
        replayFrom = -1;
        text = "";
        var value = Member(Replay, subscription);
        if (value.ValueKind == JsonValueKind.Undefined)
            value = Member(Replay, channel);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return true;
        text = value.ToString();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out replayFrom) && replayFrom >= -2;
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
