using System.Text;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Xunit;

namespace Tandem.Tests.Conformance.Events;

/// <summary>A simulated org of a test's own, with a master, its detail and a platform event, and the settings that the test wants.</summary>
internal sealed class EventOrg : IAsyncDisposable
{
    private const string Metadata = """
        {
          "objects": [
            { "name": "Box__c", "label": "Box", "fields": [
              { "name": "Note__c", "type": "textarea", "length": 100000 },
              { "name": "Note2__c", "type": "textarea", "length": 100000 },
              { "name": "Length__c", "type": "number", "precision": 6, "scale": 1 },
              { "name": "Twice__c", "type": "number", "formula": "Length__c * 2" },
              { "name": "Site__c", "type": "location" } ] },
            { "name": "Part__c", "label": "Part", "fields": [
              { "name": "Box__c", "type": "reference", "referenceTo": ["Box__c"], "masterDetail": true, "childRelationshipName": "Parts" } ] },
            { "name": "Order__e", "label": "Order Event", "fields": [
              { "name": "Number__c", "type": "text", "length": 20, "required": true },
              { "name": "Total__c", "type": "number", "precision": 10, "scale": 2 },
              { "name": "At__c", "type": "datetime" } ] }
          ]
        }
        """;

    private readonly HttpClient _http;
    private readonly string _file;

    private EventOrg(SimulatorServer server, string file)
    {
        Server = server;
        _file = file;
        _http = new HttpClient { BaseAddress = server.BaseAddress };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", server.Sessions.Issue(server.Org.AdminUserId).AccessToken);
    }

    public SimulatorServer Server { get; }

    public EventBus Bus => Server.Events;

    public static async Task<EventOrg> StartAsync(EventSettings? settings = null, TimeProvider? time = null)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Metadata, TestContext.Current.CancellationToken);
        var options = new SimulatorOptions { Rows = 5, MetadataFile = file, Events = settings ?? new EventSettings() };
        return new EventOrg(
            await SimulatorServer.StartAsync(options, time ?? TimeProvider.System, TestContext.Current.CancellationToken), file);
    }

    public Task<StreamingClient> ClientAsync() => StreamingClient.Of(Server).ConnectedAsync();

    public async Task<StreamingClient> SubscriberAsync(string channel)
    {
        var client = await ClientAsync();
        await client.SubscribedAsync(channel);
        return client;
    }

    public async Task<OrgAnswer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/services/data/{TestOrg.Version}{path}");
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await OrgAnswer.ReadAsync(response);
    }

    public async Task<string> CreateAsync(string objectName, object values)
    {
        var answer = await SendAsync(HttpMethod.Post, $"/sobjects/{objectName}", values);
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }

    public async Task PatchAsync(string objectName, string id, object values) =>
        ((int)(await SendAsync(HttpMethod.Patch, $"/sobjects/{objectName}/{id}", values)).Status).ShouldBe(204);

    public async Task DeleteAsync(string objectName, string id) =>
        ((int)(await SendAsync(HttpMethod.Delete, $"/sobjects/{objectName}/{id}")).Status).ShouldBe(204);

    /// <summary>The events that a channel keeps.</summary>
    public IReadOnlyList<OrgEvent> Kept(string channel) => Bus.ReadAfter(Bus.FindChannel(channel).ShouldNotBeNull(), 0, int.MaxValue);

    public IReadOnlyList<ChangeEvent> Changes(string channel = ChannelDirectory.AllChanges) =>
        [.. Kept(channel).Select(found => found.Body).OfType<ChangeEvent>()];

    public Caller Admin() => Caller.Of(Server.Org.AdminUserId);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        File.Delete(_file);
    }
}
