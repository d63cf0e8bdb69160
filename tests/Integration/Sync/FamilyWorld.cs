using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;

namespace Tandem.Tests.Integration.Sync;

/// <summary>A <see cref="SyncWorld"/> whose objects have parents: by lookup, by master-detail, and of their own object.</summary>
internal static class FamilyWorld
{
    public const string Status = "select state, sf_message from salesforce._trigger_log order by id";

    private const string Metadata = """
        {"objects": [
          {"name": "Region__c", "fields": [
            {"name": "Name", "type": "string", "length": 80, "nameField": true},
            {"name": "Code__c", "type": "text", "length": 20, "externalId": true, "unique": true},
            {"name": "Number__c", "type": "number", "precision": 8, "scale": 0, "externalId": true},
            {"name": "Above__c", "type": "reference", "referenceTo": ["Region__c"]}]},
          {"name": "Shop__c", "fields": [
            {"name": "Name", "type": "string", "length": 80, "nameField": true},
            {"name": "Ext__c", "type": "text", "length": 20, "externalId": true, "unique": true},
            {"name": "Region__c", "type": "reference", "referenceTo": ["Region__c"]}]},
          {"name": "Till__c", "fields": [
            {"name": "Name", "type": "string", "length": 80, "nameField": true},
            {"name": "Shop__c", "type": "reference", "referenceTo": ["Shop__c"], "masterDetail": true}]}]}
        """;

    public static async Task<SyncWorld> StartAsync(TemporaryFolder folder, SyncOptions? sync, params Mapping[] mappings)
    {
        var path = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(path, Metadata, SyncWorld.Token);
        var world = await SyncWorld.StartAsync(metadataFile: path, sync: sync);
        await world.LoadAsync(mappings);
        return world;
    }

    /// <summary>Local ids in reference columns are found, and a few hundred rows make several jobs and claims.</summary>
    public static SyncOptions LocalParents { get; } = new()
    {
        Push = new PushOptions { FindsLocalParents = true, BulkFrom = 10, BulkJobRecords = 250, ClaimRows = 60 },
    };

    public static Mapping Regions(string? upsertField = "Code__c") => SyncWorld.ReadWrite(
        "Region__c", upsertField, "Name", "Code__c", "Number__c", "Above__c", "Above__r__Code__c", "CreatedDate");

    public static Mapping Shops(string? upsertField = "Ext__c") => SyncWorld.ReadWrite(
        "Shop__c", upsertField, "Name", "Ext__c", "Region__c", "Region__r__Code__c", "region__c__number__c", "CreatedDate");

    public static Mapping Tills() => SyncWorld.ReadWrite("Till__c", null, "Name", "Shop__c", "Shop__r__Ext__c", "CreatedDate");

    public static async Task ShouldAllBeSavedAsync(this SyncWorld world, params string[] objectNames)
    {
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        await world.ShouldBeEqualAsync(objectNames);
    }
}
