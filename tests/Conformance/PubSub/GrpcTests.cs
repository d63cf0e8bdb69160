using System.IO.Compression;
using System.Net;
using System.Text;
using Google.Protobuf;
using Shouldly;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>The framing of calls over HTTP/2. Source: the gRPC protocol over HTTP/2, and salesforce-api.md, section 6.2.</summary>
public sealed class GrpcTests(TestOrg org)
{
    private static readonly TopicRequest Accounts = new() { TopicName = "/data/AccountChangeEvent" };

    [Theory]
    [InlineData("Nothing")]
    [InlineData("ManagedSubscribe")]
    public async Task A_method_that_is_not_there_is_unimplemented(string method)
    {
        org.RequireSimulator("A real org may serve more methods.");
        using var client = PubSubClient.Of(org);
        (await client.FailAsync(method, Accounts)).Status.ShouldBe(12);
    }

    [Fact]
    public async Task Messages_may_be_compressed()
    {
        using var client = PubSubClient.Of(org);
        client.Metadata["grpc-encoding"] = "gzip";
        using var buffer = new MemoryStream();
        await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Accounts.ToByteArray(), TestContext.Current.CancellationToken);
        using var call = client.Open("GetTopic");
        call.SendFrame(buffer.ToArray(), isCompressed: true);
        call.Complete();
        (await call.NextAsync(TopicInfo.Parser)).CanSubscribe.ShouldBeTrue();
    }

    [Fact]
    public async Task An_unknown_compression_is_unimplemented()
    {
        using var client = PubSubClient.Of(org);
        client.Metadata["grpc-encoding"] = "snappy";
        (await client.FailAsync("GetTopic", Accounts)).Status.ShouldBe(12);
    }

    [Fact]
    public async Task A_message_that_is_none_is_refused_without_a_word_on_the_inside()
    {
        using var client = PubSubClient.Of(org);
        using var call = client.Open("GetTopic");
        call.SendFrame([0xFF, 0xFF, 0xFF]);
        call.Complete();
        var outcome = await call.EndAsync(TopicInfo.Parser);
        outcome.Status.ShouldBe(13);
        outcome.Message.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task A_message_beyond_four_mebibytes_is_refused()
    {
        using var client = PubSubClient.Of(org);
        using var call = client.Open("GetTopic");
        call.SendFrame(new byte[(4 * 1024 * 1024) + 1]);
        (await call.EndAsync(TopicInfo.Parser)).Status.ShouldBe(8);
    }

    [Fact]
    public async Task A_stream_ends_at_its_deadline()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        client.Metadata["grpc-timeout"] = "30S";
        using var subscription = await client.SubscribeAsync(Accounts.TopicName);
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        (await subscription.Stream.EndAsync(FetchResponse.Parser)).Status.ShouldBe(4);
    }

    [Fact]
    public async Task Status_texts_beyond_ascii_are_encoded()
    {
        using var client = PubSubClient.Of(org);
        var outcome = await client.FailAsync("GetTopic", new TopicRequest { TopicName = "/data/50%Übel" });
        outcome.Status.ShouldBe(5);
        outcome.Message.ShouldContain("/data/50%Übel");
    }

    [Fact]
    public async Task What_is_no_gRPC_is_an_unsupported_media_type()
    {
        var server = org.RequireSimulator("The test speaks to the port of the simulated org.");
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, certificate, _, errors) => PubSubClient.Trusts(server, certificate, errors);
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.PubSubAddress.ShouldNotBeNull(),
            "/eventbus.v1.PubSub/GetTopic"))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }
}
