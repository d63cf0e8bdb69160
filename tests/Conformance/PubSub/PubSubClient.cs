using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>A client of an org's Pub/Sub API, over TLS, with the metadata of a signed-in user.</summary>
public sealed class PubSubClient : IDisposable
{
    /// <summary>Where the API of most real orgs is; TANDEM_ORG_PUBSUB names another place.</summary>
    private const string RealAddress = "https://api.pubsub.salesforce.com:7443";

    private readonly HttpClient _http;

    private PubSubClient(HttpMessageHandler handler, Uri address, Dictionary<string, string> metadata)
    {
        _http = new HttpClient(handler) { BaseAddress = address };
        Metadata = metadata;
    }

    public Dictionary<string, string> Metadata { get; }

    /// <summary>A client of an org, simulated or real.</summary>
    public static PubSubClient Of(IOrg org)
    {
        if (org.Simulator is { } simulator)
            return Of(simulator);
        var token = org.Http.DefaultRequestHeaders.Authorization.ShouldNotBeNull().Parameter.ShouldNotBeNull();
        var address = Environment.GetEnvironmentVariable("TANDEM_ORG_PUBSUB") is { Length: > 0 } named ? named : RealAddress;
        return new PubSubClient(new SocketsHttpHandler(), new Uri(address), new Dictionary<string, string>
        {
            ["accesstoken"] = token,
            ["instanceurl"] = org.Http.BaseAddress.ShouldNotBeNull().GetLeftPart(UriPartial.Authority),
            ["tenantid"] = token[..token.IndexOf('!', StringComparison.Ordinal)],
        });
    }

    /// <summary>A client of a simulated org, signed in as a user of it: the admin when none is named.</summary>
    public static PubSubClient Of(SimulatorServer server, string? userId = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => Trusts(server, certificate, errors);
        return new PubSubClient(handler, server.PubSubAddress.ShouldNotBeNull(), new Dictionary<string, string>
        {
            ["accesstoken"] = server.Sessions.Issue(userId ?? server.Org.AdminUserId).AccessToken,
            ["instanceurl"] = "https://acme.my.salesforce.com",
            ["tenantid"] = server.Org.OrganizationId,
        });
    }

    /// <summary>What a client does that was given the CA's certificate: the chain must end there, and the name must fit.</summary>
    public static bool Trusts(SimulatorServer server, X509Certificate? certificate, SslPolicyErrors errors)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(server.TestAuthority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is X509Certificate2 shown && chain.Build(shown)
            && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None;
    }

    public GrpcStream Open(string method) => new(_http, method, Metadata, TestContext.Current.CancellationToken);

    /// <summary>One message there and one back.</summary>
    public async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        using var call = Open(method);
        call.Send(request);
        call.Complete();
        var answer = await call.NextAsync(parser);
        (await call.EndAsync(parser)).Status.ShouldBe(0);
        return answer;
    }

    /// <summary>A call of one message that is to fail.</summary>
    public async Task<GrpcOutcome> FailAsync(string method, IMessage request)
    {
        using var call = Open(method);
        call.Send(request);
        call.Complete();
        return await call.EndAsync(FetchResponse.Parser);
    }

    public Task<TopicInfo> TopicAsync(string topic) =>
        CallAsync("GetTopic", new TopicRequest { TopicName = topic }, TopicInfo.Parser);

    public async Task<AvroSchema> SchemaAsync(string schemaId) =>
        new((await CallAsync("GetSchema", new SchemaRequest { SchemaId = schemaId }, SchemaInfo.Parser)).SchemaJson);

    /// <summary>Opens a stream and waits until it stands, so that no later event is missed.</summary>
    public async Task<PubSubSubscription> SubscribeAsync(
        string topic, int credit = 100, ReplayPreset preset = ReplayPreset.Latest, ByteString? replayId = null)
    {
        var stream = Open("Subscribe");
        stream.Send(new FetchRequest
        {
            TopicName = topic,
            NumRequested = credit,
            ReplayPreset = preset,
            ReplayId = replayId ?? ByteString.Empty,
        });
        var subscription = new PubSubSubscription(this, stream);
        await subscription.StandAsync();
        return subscription;
    }

    public void Dispose() => _http.Dispose();
}
