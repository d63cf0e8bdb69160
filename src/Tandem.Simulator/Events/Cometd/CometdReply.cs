using System.Text.Json;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>The answer to one message. Source: salesforce-api.md, sections 5.2 and 5.4.</summary>
internal sealed record CometdReply
{
    public required CometdMessage To { get; init; }

    public string? ClientId { get; init; }

    /// <summary>What went wrong; null for a success.</summary>
    public string? Error { get; init; }

    /// <summary>What a denied handshake tells beside its error.</summary>
    public string? FailureReason { get; init; }

    /// <summary>What the client shall do next: <c>retry</c>, <c>handshake</c> or <c>none</c>; null leaves the advice out.</summary>
    public string? Reconnect { get; init; }

    /// <summary>How long the next connect may be held; null leaves it out of the advice.</summary>
    public TimeSpan? Timeout { get; init; }

    public bool IsSuccess => Error is null;

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (To.Channel == CometdConversation.Handshake)
            WriteHandshake(writer);
        if (ClientId is not null)
            writer.WriteString("clientId", ClientId);
        if (Reconnect is not null)
            WriteAdvice(writer, Reconnect);
        writer.WriteString("channel", To.Channel);
        if (To.Id.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName("id");
            To.Id.WriteTo(writer);
        }

        WriteSubscription(writer);
        if (Error is not null)
            writer.WriteString("error", Error);
        writer.WriteBoolean("successful", IsSuccess);
        writer.WriteEndObject();
    }

    private void WriteHandshake(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("ext");
        writer.WriteBoolean("replay", true);
        writer.WriteBoolean("payload.format", true);
        if (FailureReason is not null)
        {
            writer.WriteStartObject("sfdc");
            writer.WriteString("failureReason", FailureReason);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteString("version", "1.0");
        writer.WriteString("minimumVersion", "1.0");
        writer.WriteStartArray("supportedConnectionTypes");
        writer.WriteStringValue("long-polling");
        writer.WriteEndArray();
    }

    private void WriteAdvice(Utf8JsonWriter writer, string reconnect)
    {
        writer.WriteStartObject("advice");
        writer.WriteNumber("interval", 0);
        if (Timeout is { } timeout)
            writer.WriteNumber("timeout", (long)timeout.TotalMilliseconds);
        writer.WriteString("reconnect", reconnect);
        writer.WriteEndObject();
    }

    private void WriteSubscription(Utf8JsonWriter writer)
    {
        if (To.HasSubscriptionList)
        {
            writer.WriteStartArray("subscription");
            foreach (var subscription in To.Subscriptions)
                writer.WriteStringValue(subscription);
            writer.WriteEndArray();
        }
        else if (To.Subscriptions is [var single])
        {
            writer.WriteString("subscription", single);
        }
    }
}
