using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.PubSub.Grpc;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Simulator.PubSub;

/// <summary>
/// The methods of <c>eventbus.v1.PubSub</c> at their addresses. Each call is signed in by its metadata first.
/// Source: salesforce-api.md, sections 6.1 and 6.2.
/// </summary>
internal sealed class PubSubService(Org org, SessionStore sessions, EventBus bus, ILogger<GrpcMethod> logger)
{
    /// <summary>Streams at one time. Source: salesforce-api.md, section 6.3.</summary>
    public const int MaxStreams = 1000;

    private const string Address = "/eventbus.v1.PubSub/";

    private readonly Topics _topics = new(org, bus);
    private int _streams;

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "GetTopic", GetTopicAsync);
        Map(routes, "GetSchema", GetSchemaAsync);
        Map(routes, "Subscribe", (call, cancellationToken) =>
            StreamAsync(() => new Subscription(call, SignIn(call), _topics).RunAsync(cancellationToken)));
        Map(routes, "Publish", PublishAsync);
        Map(routes, "PublishStream", (call, cancellationToken) =>
            StreamAsync(() => new Publisher(call, SignIn(call), _topics).RunStreamAsync(cancellationToken)));
        Map(routes, "ManagedSubscribe", (_, _) => throw new GrpcException(GrpcStatus.Unimplemented,
            "ManagedSubscribe is not served by the simulator: subscribe with Subscribe and keep the replay id."));
        routes.MapFallback(Method((_, _) => throw new GrpcException(GrpcStatus.Unimplemented, "There is no such method.")));
    }

    private void Map(IEndpointRouteBuilder routes, string name, Func<GrpcCall, CancellationToken, Task> method) =>
        routes.MapPost(Address + name, Method(method));

    private RequestDelegate Method(Func<GrpcCall, CancellationToken, Task> method) =>
        new GrpcMethod(method, org.TimeProvider, logger).InvokeAsync;

    private StreamSession SignIn(GrpcCall call) => StreamSession.Of(call, sessions, org);

    private async Task GetTopicAsync(GrpcCall call, CancellationToken cancellationToken)
    {
        var session = SignIn(call);
        var request = await call.ReadOnlyAsync(TopicRequest.Parser, cancellationToken);
        var channel = _topics.Find(request.TopicName, session.UserId);
        await call.WriteAsync(new TopicInfo
        {
            TopicName = channel.Name,
            TenantGuid = $"core/prod/{org.OrganizationId}",
            CanPublish = Topics.CanPublish(channel),
            CanSubscribe = true,
            SchemaId = _topics.SchemaIdOf(channel),
            RpcId = call.RpcId,
        }, cancellationToken);
    }

    private async Task GetSchemaAsync(GrpcCall call, CancellationToken cancellationToken)
    {
        SignIn(call);
        var request = await call.ReadOnlyAsync(SchemaRequest.Parser, cancellationToken);
        var json = _topics.Schemas.FindJson(request.SchemaId) ?? throw PubSubErrors.UnknownSchema();
        await call.WriteAsync(new SchemaInfo { SchemaId = request.SchemaId, SchemaJson = json, RpcId = call.RpcId }, cancellationToken);
    }

    private async Task PublishAsync(GrpcCall call, CancellationToken cancellationToken)
    {
        var session = SignIn(call);
        var request = await call.ReadOnlyAsync(PublishRequest.Parser, cancellationToken);
        await call.WriteAsync(new Publisher(call, session, _topics).Publish(request), cancellationToken);
    }

    private async Task StreamAsync(Func<Task> run)
    {
        try
        {
            if (Interlocked.Increment(ref _streams) > MaxStreams)
                throw PubSubErrors.TooManyStreams();
            await run();
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }
}
