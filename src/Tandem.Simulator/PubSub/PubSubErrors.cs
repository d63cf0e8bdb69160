using Tandem.Simulator.PubSub.Grpc;

namespace Tandem.Simulator.PubSub;

/// <summary>The errors of the service, with the codes that clients decide by. Source: salesforce-api.md, section 6.4.</summary>
internal static class PubSubErrors
{
    private const string Prefix = "sfdc.platform.eventbus.grpc.";

    public static GrpcException NotSignedIn() => new(GrpcStatus.Unauthenticated,
        "An authentication exception occurred. Provide valid authentication via metadata headers.", Prefix + "service.auth.error");

    public static GrpcException RefreshRefused() => new(GrpcStatus.Unauthenticated,
        "The auth_refresh token is no live session of this org's user.", Prefix + "service.auth.refresh.invalid");

    public static GrpcException UnknownTopic(string topic) => new(GrpcStatus.NotFound,
        $"The topic {topic} does not exist or is not enabled: expected /data/XChangeEvent, /event/X__e or a channel.",
        Prefix + "topic.not.found");

    public static GrpcException HiddenTopic(string topic) => new(GrpcStatus.PermissionDenied,
        $"The user has no access to the topic {topic}.", Prefix + "topic.permission.denied");

    public static GrpcException OtherTopic(string topic, string asked) => new(GrpcStatus.InvalidArgument,
        $"The stream is for the topic {topic}, but a request names {asked}: open another stream for another topic.",
        Prefix + "topic.mismatch");

    public static GrpcException UnknownSchema() => new(GrpcStatus.NotFound,
        "The schema id is none that this org has given out.", Prefix + "schema.not.found");

    public static GrpcException CorruptedReplayId() => new(GrpcStatus.InvalidArgument,
        "The Replay ID validation failed. Ensure that the Replay ID is valid: it was never issued, or its event is past the retention.",
        Prefix + "subscription.fetch.replayid.corrupted");

    public static GrpcException MalformedReplayId() => new(GrpcStatus.InvalidArgument,
        "The Replay ID validation failed. Expected a replay id of eight bytes with the preset CUSTOM.",
        Prefix + "subscription.fetch.replayid.validation.failed");

    public static GrpcException WrongCredit(int asked) => new(GrpcStatus.InvalidArgument,
        $"num_requested is {asked}: expected 1 to {Subscription.MaxRequested}.",
        Prefix + "subscription.fetch.requested.events.invalid");

    public static GrpcException DeliveriesUsedUp() => new(GrpcStatus.ResourceExhausted,
        "You have exceeded the event delivery limit for your org.", Prefix + "subscription.limit.exceeded");

    public static GrpcException TooManyStreams() => new(GrpcStatus.ResourceExhausted,
        "You have exceeded the number of concurrent subscriptions.", Prefix + "concurrent.client.limit.exceeded");

    public static GrpcException NotPublishable(string topic) => new(GrpcStatus.InvalidArgument,
        $"The topic {topic} takes no published events: expected a platform event such as /event/X__e.",
        Prefix + "publish.topic.invalid");
}
