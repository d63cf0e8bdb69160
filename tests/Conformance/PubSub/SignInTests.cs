using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.PubSub.Messages;
using Xunit;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>Who may call, and for how long. Source: salesforce-api.md, sections 6.1, 6.3 and 6.4.</summary>
public sealed class SignInTests(TestOrg org)
{
    private const string Accounts = "/data/AccountChangeEvent";
    private const int Unauthenticated = 16;

    [Theory]
    [InlineData("accesstoken")]
    [InlineData("instanceurl")]
    [InlineData("tenantid")]
    public async Task Every_call_brings_all_three_keys(string missing)
    {
        using var client = PubSubClient.Of(org);
        client.Metadata.Remove(missing);
        (await client.FailAsync("GetTopic", new TopicRequest { TopicName = Accounts })).ShouldBe(Unauthenticated, "service.auth.error");
    }

    [Theory]
    [InlineData("accesstoken", "00D000000000000!nothing")]
    [InlineData("tenantid", "00D000000000000AAA")]
    [InlineData("instanceurl", "acme")]
    public async Task A_key_with_a_wrong_value_is_refused(string key, string value)
    {
        using var client = PubSubClient.Of(org);
        client.Metadata[key] = value;
        (await client.FailAsync("GetTopic", new TopicRequest { TopicName = Accounts })).ShouldBe(Unauthenticated, "service.auth.error");
    }

    [Fact]
    public async Task The_tenant_may_be_named_by_fifteen_characters()
    {
        using var client = PubSubClient.Of(org);
        client.Metadata["tenantid"] = client.Metadata["tenantid"][..15];
        (await client.TopicAsync(Accounts)).CanSubscribe.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_ends_when_its_session_does()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts);
        server.Server.Sessions.Revoke(client.Metadata["accesstoken"]);
        (await server.PassAsync(subscription.Stream.EndAsync(FetchResponse.Parser), TimeSpan.FromSeconds(1)))
            .ShouldBe(Unauthenticated, "service.auth.error");
    }

    [Fact]
    public async Task A_stream_goes_on_with_a_fresh_token()
    {
        await using var server = await SimulatedOrg.StartAsync();
        using var client = PubSubClient.Of(server.Server);
        using var subscription = await client.SubscribeAsync(Accounts, credit: 1);
        var fresh = server.Server.Sessions.Issue(server.Server.Org.AdminUserId).AccessToken;
        subscription.Stream.Send(new FetchRequest { TopicName = Accounts, NumRequested = 1, AuthRefresh = fresh });
        // Both events arrive only when both requests are read, so the token is in use from here on.
        await server.CreateAccountsAsync(2);
        await subscription.NextRawAsync();
        await subscription.NextRawAsync();
        server.Server.Sessions.Revoke(client.Metadata["accesstoken"]);
        subscription.Ask(1);
        await server.CreateAccountsAsync(1);
        await subscription.NextRawAsync();
    }

    [Fact]
    public async Task A_fresh_token_that_is_none_ends_the_stream()
    {
        using var client = PubSubClient.Of(org);
        using var subscription = await client.SubscribeAsync(Accounts);
        subscription.Stream.Send(new FetchRequest { TopicName = Accounts, NumRequested = 1, AuthRefresh = "00D!nothing" });
        while (await subscription.Stream.ReadAsync(FetchResponse.Parser) is not null)
        {
        }

        subscription.Stream.Outcome().ShouldBe(Unauthenticated, "service.auth.refresh.invalid");
    }

    [Fact]
    public async Task An_object_that_is_hidden_from_the_user_has_no_topic_for_them()
    {
        await using var server = await SimulatedOrg.StartAsync();
        var userId = OtherUser(server);
        server.Server.Org.SetAccess(userId, new UserAccess(["Account"], []));
        using var client = PubSubClient.Of(server.Server, userId);
        (await client.FailAsync("GetTopic", new TopicRequest { TopicName = Accounts })).Status.ShouldBe(7);

        using var subscription = await client.SubscribeAsync("/data/ChangeEvents");
        await server.CreateAccountsAsync(1);
        var contact = await server.CreateAsync("Contact", new { LastName = TestOrg.Unique() });
        (await subscription.NextAsync()).Body["ChangeEventHeader"]?["recordIds"]?[0]?.GetValue<string>().ShouldBe(contact);
    }

    [Fact]
    public async Task A_field_that_is_hidden_from_the_user_is_null()
    {
        await using var server = await SimulatedOrg.StartAsync();
        var userId = OtherUser(server);
        server.Server.Org.SetAccess(userId, new UserAccess(["Account.Phone"], []));
        using var client = PubSubClient.Of(server.Server, userId);
        using var subscription = await client.SubscribeAsync(Accounts);
        await server.CreateAsync("Account", new { Name = "Seen", Phone = "0221", Fax = "0222" });
        var (_, body, _) = await subscription.NextAsync();
        body["Fax"]?.GetValue<string>().ShouldBe("0222");
        body["Phone"].ShouldBeNull();
    }

    private static string OtherUser(SimulatedOrg server) => server.Server.Org.FindTable("User").ShouldNotBeNull().Records
        .Select(user => user.Id).First(id => id != server.Server.Org.AdminUserId);
}
