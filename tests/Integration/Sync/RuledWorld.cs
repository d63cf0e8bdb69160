using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A <see cref="SyncWorld"/> whose org has assignment and duplicate rules, and the ways by which a push may write to it.
/// </summary>
internal static class RuledWorld
{
    /// <summary>The rule of cases that is not active.</summary>
    public const string Sleeping = "01Q000000000002EAA";

    private const string Metadata = """
        {"objects":[
          {"name":"Case","fields":[{"name":"Ext__c","type":"string","length":40,"externalId":true,"unique":true}],
           "assignmentRules":[
             {"id":"01Q000000000001EAA","name":"Standard","entries":[{"owner":"user2@tandem.test"}]},
             {"id":"01Q000000000002EAA","name":"Sleeping","active":false,"entries":[{"owner":"user3@tandem.test"}]}]},
          {"name":"Account","duplicateRules":[{"name":"Same phone","fields":["Phone"]},
            {"name":"Same industry","fields":["Industry"],"allowSave":false}]}]}
        """;

    public static async Task<SyncWorld> StartAsync()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Metadata, SyncWorld.Token);
            return await SyncWorld.StartAsync(metadataFile: file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static Mapping Cases() => SyncWorld.ReadWrite("Case", "Ext__c", "Subject", "Origin", "OwnerId", "Ext__c");

    /// <summary>A push that takes one way for whatever it has, if it may.</summary>
    public static SyncOptions By(Transport transport, PushOptions push) => new()
    {
        LostInsertPause = TimeSpan.FromMilliseconds(1),
        Push = push with
        {
            BulkFrom = transport == Transport.Bulk ? 1 : 0,
            CallRecords = transport == Transport.Collections ? 200 : 1_000,
        },
    };

    /// <summary>As many records as it takes for the way: a Composite call is made from 201 on.</summary>
    public static int Rows(Transport transport) => transport == Transport.Composite ? 250 : 3;

    /// <summary>Requests of the way that writes go, so far.</summary>
    public static int Writes(SyncWorld world, Transport transport) => world.Proxy.Requests.Count(request => transport switch
    {
        Transport.Bulk => request.StartsWith("PUT", StringComparison.Ordinal),
        Transport.Composite => request.EndsWith("/composite", StringComparison.Ordinal),
        _ => (request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/composite/sobjects", StringComparison.Ordinal))
            || request.StartsWith("PATCH", StringComparison.Ordinal) && request.Contains("/composite/sobjects", StringComparison.Ordinal),
    });

    public static string UserId(SyncWorld world, string userName) => world.Org.Find("User", "Username", userName)
        .ShouldHaveSingleItem().Id;
}
