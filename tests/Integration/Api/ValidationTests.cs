using System.Net;
using Shouldly;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>heroku-connect.md, sections 12.3, 12.6 and 20: a diagnosis is begun, and asked for until it is ready.</summary>
public sealed class ValidationTests
{
    private static readonly string[] Members = ["errors", "warnings", "passes", "skips"];

    [Fact]
    public async Task A_diagnosis_is_asked_for_until_it_is_ready()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();

        var begun = await world.AskAsync(HttpMethod.Post, $"{world.Path}/validations", HttpStatusCode.Accepted);

        var path = (begun["result_url"]?.GetValue<string>()).ShouldNotBeNull();
        await SyncWorld.UntilAsync(async () => await world.StatusAsync(path) == HttpStatusCode.OK, "the diagnosis is ready");
        var diagnosis = (await world.GetAsync(path)).AsObject();
        diagnosis.Select(member => member.Key).ShouldBe([.. Members, "mappings"], ignoreOrder: true);
        var contact = (diagnosis["mappings"]?["Contact"]).ShouldNotBeNull().AsObject();
        contact.Select(member => member.Key).ShouldBe(Members, ignoreOrder: true);
        var result = Members.SelectMany(member => contact[member]?.AsArray() ?? []).First().ShouldNotBeNull().AsObject();
        result.Select(member => member.Key).ShouldBe(
            ["display_name", "message", "doc_url", "rule_id", "status"], ignoreOrder: true);
        await world.AskAsync(HttpMethod.Get, $"{world.Path}/validations/{Guid.NewGuid()}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_mapping_is_diagnosed_at_once()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var mapping = (await world.GetAsync($"{world.Path}?deep=true"))["mappings"]?[0]?["id"]?.GetValue<string>();

        var section = await world.GetAsync($"/api/v3/mappings/{mapping}/validations");

        section.AsObject().Select(member => member.Key).ShouldBe(Members, ignoreOrder: true);
    }
}
