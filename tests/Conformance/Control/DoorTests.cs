using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Tandem.Tests.Conformance.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>What holds at every door of an org, and when it shuts. Source: salesforce-api.md, sections 5.2, 11 and 12.</summary>
public sealed class DoorTests
{
    [Fact]
    public async Task Answers_held_connects_when_it_stops()
    {
        await using var server = await StartAsync();
        using var client = await StreamingClient.Of(server).ConnectedAsync();
        // The newer of two connects is held and ends the older, so that one of them is known to be held when the other is answered.
        var connects = new List<Task<JsonElement>> { client.ConnectAsync(), client.ConnectAsync() };
        connects.Remove(await Task.WhenAny(connects)).ShouldBeTrue();
        await server.StopAsync(TestContext.Current.CancellationToken);
        (await connects[0]).GetProperty("successful").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Notes_user_and_cost_of_a_soap_call()
    {
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var session = server.Sessions.Issue(server.Org.AdminUserId);
        (await AskSoapAsync(http, session.AccessToken)).ShouldContain("<timestamp>");
        var call = server.Control.Calls.Entries.ShouldHaveSingleItem();
        (call.UserId, call.Cost).ShouldBe((server.Org.AdminUserId, 1));
    }

    [Theory]
    [InlineData("/services/Soap/u/67.0")]
    [InlineData("/services/async/67.0/job")]
    [InlineData("/services/data/v67.0/limits")]
    public async Task Refuses_a_call_while_too_many_long_ones_are_open(string path)
    {
        await using var server = await StartAsync();
        server.Control.OpenCalls.LongAfter = TimeSpan.Zero;
        server.Control.OpenCalls.MaxLong = 1;
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var token = server.Sessions.Issue(server.Org.AdminUserId).AccessToken;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var text = path.Contains("Soap", StringComparison.Ordinal) ? await AskSoapAsync(http, token)
            : await (path.Contains("async", StringComparison.Ordinal)
                ? await http.PostAsync(path, null, TestContext.Current.CancellationToken)
                : await http.GetAsync(path, TestContext.Current.CancellationToken)).Content
                .ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldContain("ConcurrentPerOrgLongTxn");
    }

    [Fact]
    public async Task Tells_a_topic_of_the_first_change_after_its_object_has_taken_another_shape()
    {
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
        await CreateAsync(http, "PushTopic", new
        {
            Name = "Accounts",
            Query = "SELECT Id, Name FROM Account",
            ApiVersion = 60.0,
            NotifyForOperationCreate = true,
        });
        using var client = await StreamingClient.Of(server).ConnectedAsync();
        await client.SubscribedAsync("/topic/Accounts");
        using var definition = JsonDocument.Parse("""{"name":"More__c","type":"text"}""");
        var edit = new SchemaEdit { Operation = SchemaOperation.AddField, Object = "Account", Definition = definition.RootElement };
        await server.Control.Schema.ApplyAsync(edit, TestContext.Current.CancellationToken);
        await CreateAsync(http, "Account", new { Name = "first" });
        await CreateAsync(http, "Account", new { Name = "second" });
        var told = await client.NextAsync();
        told.GetProperty("data").GetProperty("sobject").GetProperty("Name").GetString().ShouldBe("first");
    }

    private static Task<SimulatorServer> StartAsync() => SimulatorServer.StartAsync(
        new SimulatorOptions { Rows = 5, PubSubPort = null }, TimeProvider.System, TestContext.Current.CancellationToken);

    private static async Task<string> AskSoapAsync(HttpClient http, string sessionId)
    {
        using var content = new StringContent($"""
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">
            <e:Header><SessionHeader><sessionId>{sessionId}</sessionId></SessionHeader></e:Header>
            <e:Body><getServerTimestamp/></e:Body></e:Envelope>
            """, Encoding.UTF8, "text/xml");
        using var response = await http.PostAsync("/services/Soap/u/67.0", content, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task CreateAsync(HttpClient http, string objectName, object values)
    {
        using var content = new StringContent(JsonSerializer.Serialize(values), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(
            $"/services/data/v67.0/sobjects/{objectName}", content, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(201, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
