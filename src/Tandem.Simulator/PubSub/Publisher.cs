using Tandem.Simulator.Events;
using Tandem.Simulator.PubSub.Avro;
using Tandem.Simulator.PubSub.Grpc;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Simulator.PubSub;

/// <summary>
/// Takes the platform events of one call, Publish or PublishStream: each is read by its schema and put on the bus, or answered with its
/// error, in the order of the request. Source: salesforce-api.md, sections 6.2 and 6.3.
/// </summary>
internal sealed class Publisher(GrpcCall call, StreamSession session, Topics topics)
{
    private const int MaxEventBytes = 1_000_000;

    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private string? _topic;

    /// <summary>Answers one request.</summary>
    public PublishResponse Publish(PublishRequest request)
    {
        session.Refresh(request.AuthRefresh);
        session.Check();
        if (_topic is not null && request.TopicName.Length > 0 && request.TopicName != _topic)
            throw PubSubErrors.OtherTopic(_topic, request.TopicName);
        _topic ??= request.TopicName;
        var channel = topics.Find(_topic, session.UserId);
        if (!Topics.CanPublish(channel) || topics.SubjectOf(channel) is not { } subject)
            throw PubSubErrors.NotPublishable(_topic);
        var schema = topics.Schemas.Of(subject);
        var response = new PublishResponse { RpcId = call.RpcId, SchemaId = schema.Id };
        foreach (var @event in request.Events)
            response.Results.Add(Publish(channel, schema, @event));
        return response;
    }

    /// <summary>Answers request after request until the client ends, its session ends, or it asks nothing for 70 seconds.</summary>
    public async Task RunStreamAsync(CancellationToken cancellationToken)
    {
        var wakeUp = new WakeUp();
        await call.StartAsync(cancellationToken);
        await using var ticks = topics.TimeProvider.CreateTimer(_ => wakeUp.Set(), null, Tick, Tick);
        var askedAt = topics.TimeProvider.GetUtcNow();
        var reading = call.ReadAsync(PublishRequest.Parser, cancellationToken).AsTask();
        while (true)
        {
            await Task.WhenAny(reading, wakeUp.WaitAsync(cancellationToken));
            wakeUp.Clear();
            cancellationToken.ThrowIfCancellationRequested();
            session.Check();
            if (reading.IsCompleted)
            {
                if (await reading is not { } request)
                    return;
                await call.WriteAsync(Publish(request), cancellationToken);
                askedAt = topics.TimeProvider.GetUtcNow();
                reading = call.ReadAsync(PublishRequest.Parser, cancellationToken).AsTask();
            }
            else if (topics.TimeProvider.GetUtcNow() - askedAt >= CloseAfter)
            {
                return;
            }
        }
    }

    private PublishResult Publish(EventChannel channel, EventSchema schema, ProducerEvent @event)
    {
        if (@event.SchemaId != schema.Id)
            return Refused(@event, $"The schema id of the event is not that of the topic: expected {schema.Id}.");
        if (@event.Payload.Length > MaxEventBytes)
            return Refused(@event, $"The event has {@event.Payload.Length} bytes: at most {MaxEventBytes} are taken.");
        object?[] values;
        try
        {
            values = PlatformEventDecoder.Decode(schema, @event.Payload.Span);
        }
        catch (FormatException exception)
        {
            return Refused(@event, exception.Message);
        }

        if (topics.Bus.Publishing.Take(1) == 0)
            return Refused(@event, "The org has published as many platform events as an hour allows.");
        var before = topics.Bus.LatestReplayId();
        var published = new PlatformEvent { Type = schema.Type, Values = values, CreatedById = session.UserId };
        var uuid = topics.Bus.Publish(published, topics.Bus.Channels.ForPlatformEvent(schema.Type));
        // A fault may drop or delay the event: then the publisher is told the place before it, as if it had arrived.
        var kept = topics.Bus.ReadAfter(channel, before, int.MaxValue).FirstOrDefault(other => other.EventUuid == uuid);
        return new PublishResult { ReplayId = ReplayIdBytes.Of(kept?.ReplayId ?? before), CorrelationKey = @event.Id };
    }

    private static PublishResult Refused(ProducerEvent @event, string message) => new()
    {
        CorrelationKey = @event.Id,
        Error = new Error { Code = ErrorCode.Publish, Msg = message },
    };
}
