using Shouldly;
using Tandem.Simulator.Events;

namespace Tandem.Tests.Conformance.Events;

/// <summary>An org of a test's own with a master, its detail and a platform event, and short forms for what its bus holds.</summary>
internal static class EventOrg
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
              { "name": "Box__c", "type": "reference", "referenceTo": ["Box__c"], "masterDetail": true,
                "childRelationshipName": "Parts" } ] },
            { "name": "Order__e", "label": "Order Event", "fields": [
              { "name": "Number__c", "type": "text", "length": 20, "required": true },
              { "name": "Total__c", "type": "number", "precision": 10, "scale": 2 },
              { "name": "At__c", "type": "datetime" } ] }
          ]
        }
        """;

    public static Task<SimulatedOrg> StartAsync(EventSettings? settings = null) =>
        SimulatedOrg.StartAsync(SimulatedOrg.Small with { Events = settings ?? new EventSettings() }, Metadata);

    public static Task<StreamingClient> ClientAsync(this SimulatedOrg org) => StreamingClient.Of(org.Server).ConnectedAsync();

    public static async Task<StreamingClient> SubscriberAsync(this SimulatedOrg org, string channel)
    {
        var client = await org.ClientAsync();
        await client.SubscribedAsync(channel);
        return client;
    }

    /// <summary>The events that a channel keeps.</summary>
    public static IReadOnlyList<OrgEvent> Kept(this SimulatedOrg org, string channel) =>
        org.Events.ReadAfter(org.Events.FindChannel(channel).ShouldNotBeNull(), 0, int.MaxValue);

    public static IReadOnlyList<ChangeEvent> Changes(this SimulatedOrg org, string channel = ChannelDirectory.AllChanges) =>
        [.. org.Kept(channel).Select(found => found.Body).OfType<ChangeEvent>()];
}
