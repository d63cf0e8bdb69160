using System.Net;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>Snapshots, save files and edits as another user. Source: salesforce-api.md, section 12.</summary>
public sealed class StateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-org-").FullName;

    private string SaveFile => Path.Combine(_folder, "org.save");

    [Fact]
    public async Task A_restored_snapshot_brings_records_bin_and_shape_back()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var kept = await org.CreateAsync("Account", """{"Name":"Kept","Ext_Id__c":"S-1"}""");
        var binned = await org.CreateAsync("Account", """{"Name":"Binned"}""");
        await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{binned}");
        var before = (await org.QueryAsync("SELECT Id, Name, SystemModstamp FROM Account ORDER BY Id")).GetRawText();
        await org.OrderAsync(HttpMethod.Put, "/snapshots/one");

        await org.SendAsync(HttpMethod.Patch, $"/sobjects/Account/{kept}", """{"Name":"Changed","Ext_Id__c":"S-2"}""");
        await org.OrderAsync(HttpMethod.Post, "/records/undelete", $$"""{"ids":["{{binned}}"]}""");
        await org.OrderAsync(HttpMethod.Post, "/objects/Account/fields", """{"name":"More__c","type":"boolean"}""");
        await org.OrderAsync(HttpMethod.Post, "/objects", """{"name":"Extra__c","fields":[]}""");
        await org.CreateAsync("Account", """{"Name":"Later"}""");

        await org.OrderAsync(HttpMethod.Post, "/snapshots/one/restore");
        (await org.QueryAsync("SELECT Id, Name, SystemModstamp FROM Account ORDER BY Id")).GetRawText().ShouldBe(before);
        (await org.AskAsync("/sobjects/Account/Ext_Id__c/S-1")).Status.ShouldBe(HttpStatusCode.OK);
        (await org.AskAsync("/sobjects/Account/Ext_Id__c/S-2")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await org.AskAsync($"/sobjects/Account/{binned}")).ShouldBeError(HttpStatusCode.NotFound, "ENTITY_IS_DELETED");
        (await org.AskAsync("/sobjects/Extra__c/describe")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await org.AskAsync("/query?q=SELECT+More__c+FROM+Account")).ShouldBeError(HttpStatusCode.BadRequest, "INVALID_FIELD");
    }

    [Fact]
    public async Task A_snapshot_can_be_restored_again_and_again()
    {
        await using var org = await SimulatedOrg.StartAsync();
        await org.OrderAsync(HttpMethod.Put, "/snapshots/base");
        for (var round = 0; round < 2; round++)
        {
            await org.CreateAsync("Account", """{"Name":"Round","Ext_Id__c":"again"}""");
            await org.OrderAsync(HttpMethod.Post, "/snapshots/base/restore");
        }

        (await org.OrderAsync(HttpMethod.Get, "/snapshots"))[0].GetProperty("name").GetString().ShouldBe("base");
        await org.OrderAsync(HttpMethod.Delete, "/snapshots/base");
        (await org.SendAsync(HttpMethod.Post, "/_simulator/snapshots/base/restore")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_saved_org_is_the_same_after_a_new_start()
    {
        var options = new SimulatorOptions { Rows = 30, SaveFile = SaveFile };
        string[] before;
        string id;
        await using (var org = await SimulatedOrg.StartAsync(options))
        {
            await org.OrderAsync(HttpMethod.Post, "/objects", """{"name":"Thing__c","fields":[{"name":"At__c","type":"time"}]}""");
            await org.OrderAsync(HttpMethod.Post, "/objects/Account/fields", """{"name":"More__c","type":"currency"}""");
            await org.CreateAsync("Thing__c", """{"Name":"T","At__c":"10:11:12.130Z"}""");
            id = await org.CreateAsync("Account", """{"Name":"Größe, \"x\"\n2","More__c":1.10}""");
            var gone = await org.CreateAsync("Account", """{"Name":"Gone"}""");
            await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{gone}");
            before = await StateAsync(org);
        }

        await using var again = await SimulatedOrg.StartAsync(options);
        (await StateAsync(again)).ShouldBe(before);
        (await again.AskAsync($"/sobjects/Account/{id}")).Json.GetProperty("Name").GetString().ShouldBe("Größe, \"x\"\n2");
        (await again.CreateAsync("Account", """{"Name":"New"}""")).ShouldNotBe(id);
        Directory.GetFiles(_folder).ShouldBe([SaveFile]);
    }

    [Fact]
    public async Task What_a_delete_took_along_comes_back_after_a_new_start_and_a_change_of_shape()
    {
        var options = new SimulatorOptions { Rows = 5, SaveFile = SaveFile };
        string account;
        string child;
        await using (var org = await SimulatedOrg.StartAsync(options))
        {
            account = await org.CreateAsync("Account", """{"Name":"Parent"}""");
            child = await org.CreateAsync("Opportunity", $$"""
                {"Name":"Child","StageName":"Prospecting","CloseDate":"2030-01-01","AccountId":"{{account}}"}
                """);
            await org.SendAsync(HttpMethod.Delete, $"/sobjects/Account/{account}");
        }

        await using var again = await SimulatedOrg.StartAsync(options);
        foreach (var name in new[] { "Account", "Opportunity" })
            await again.OrderAsync(HttpMethod.Post, $"/objects/{name}/fields", """{"name":"More__c","type":"boolean"}""");
        await again.OrderAsync(HttpMethod.Post, "/records/undelete", $$"""{"ids":["{{account}}"]}""");
        (await again.AskAsync($"/sobjects/Opportunity/{child}")).Json.GetProperty("AccountId").GetString().ShouldBe(account);
    }

    [Theory]
    [InlineData("no save file at all")]
    [InlineData("")]
    public async Task A_wrong_file_stops_the_start_and_stays(string text)
    {
        await File.WriteAllTextAsync(SaveFile, text, TestContext.Current.CancellationToken);
        var exception = await Should.ThrowAsync<OrgFileException>(() =>
            SimulatedOrg.StartAsync(new SimulatorOptions { Rows = 5, SaveFile = SaveFile }));
        exception.Message.ShouldContain(SaveFile);
        (await File.ReadAllTextAsync(SaveFile, TestContext.Current.CancellationToken)).ShouldBe(text);
    }

    [Fact]
    public async Task A_file_that_lost_its_end_is_refused()
    {
        var options = new SimulatorOptions { Rows = 30, SaveFile = SaveFile };
        await using (await SimulatedOrg.StartAsync(options)) { }
        var whole = await File.ReadAllBytesAsync(SaveFile, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(SaveFile, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        await Should.ThrowAsync<OrgFileException>(() => SimulatedOrg.StartAsync(options));
        new FileInfo(SaveFile).Length.ShouldBe(whole.Length / 2);
    }

    [Fact]
    public async Task Rows_are_edited_as_another_user()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var made = await org.OrderAsync(HttpMethod.Post, "/records/create", """
            {"user":"user2@tandem.test","client":"loader","records":[
              {"attributes":{"type":"Account"},"Name":"Theirs","Ext_Id__c":"E-1"},{"attributes":{"type":"Account"},"Nope":1}]}
            """);
        made[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("INVALID_FIELD");
        var id = made[0].GetProperty("id").GetString().ShouldNotBeNull();
        var user = org.Server.Control.Rows.FindUser("user2@tandem.test");
        (await org.AskAsync($"/sobjects/Account/{id}")).Json.GetProperty("CreatedById").GetString().ShouldBe(user);

        await org.OrderAsync(HttpMethod.Post, "/records/upsert", """
            {"externalIdField":"Ext_Id__c","records":[{"attributes":{"type":"Account"},"Ext_Id__c":"E-1","Name":"Ours"}]}
            """);
        await org.OrderAsync(HttpMethod.Post, "/records/update", $$"""
            {"records":[{"attributes":{"type":"Account"},"id":"{{id}}","Phone":"7"}]}
            """);
        var row = (await org.AskAsync($"/sobjects/Account/{id}")).Json;
        (row.GetProperty("Name").GetString(), row.GetProperty("Phone").GetString()).ShouldBe(("Ours", "7"));

        await org.OrderAsync(HttpMethod.Post, "/records/delete", $$"""{"ids":["{{id}}"]}""");
        (await org.AskAsync($"/sobjects/Account/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        await org.OrderAsync(HttpMethod.Post, "/records/undelete", $$"""{"ids":["{{id}}"]}""");
        (await org.AskAsync($"/sobjects/Account/{id}")).Status.ShouldBe(HttpStatusCode.OK);
        await org.OrderAsync(HttpMethod.Post, "/records/hardDelete", $$"""{"ids":["{{id}}"]}""");
        (await org.AskAsync($"/queryAll?q=SELECT+Id+FROM+Account+WHERE+Id='{id}'")).Json.GetProperty("totalSize").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Records_are_merged_as_another_user()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var master = await org.CreateAsync("Account", """{"Name":"Stays"}""");
        var loser = await org.CreateAsync("Account", """{"Name":"Goes"}""");
        var contact = await org.CreateAsync("Contact", $$"""{"LastName":"Moves","AccountId":"{{loser}}"}""");
        await org.OrderAsync(HttpMethod.Post, "/records/merge", $$"""
            {"user":"user2@tandem.test","masterId":"{{master}}","ids":["{{loser}}"]}
            """);
        (await org.AskAsync($"/sobjects/Account/{loser}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var row = (await org.AskAsync($"/sobjects/Contact/{contact}")).Json;
        row.GetProperty("AccountId").GetString().ShouldBe(master);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string[]> StateAsync(SimulatedOrg org) =>
    [
        (await org.AskAsync("/queryAll?q=SELECT+Id,Name,More__c,IsDeleted,SystemModstamp+FROM+Account+ORDER+BY+Id")).Text,
        (await org.AskAsync("/query?q=SELECT+Id,Name,At__c+FROM+Thing__c")).Text,
        (await org.AskAsync("/query?q=SELECT+Id,Name,Email,Account.Name+FROM+Contact+ORDER+BY+Id")).Text,
    ];
}
