using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Sync.Running;
using Tandem.Sync.Upkeep;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api.V1;

/// <summary>Conflicts, activity and comparisons over version 1.</summary>
public sealed class HistoryTests
{
    private static readonly SyncOptions Hasty = new() { Upkeep = new UpkeepOptions { Interval = TimeSpan.FromMilliseconds(200) } };

    [Fact]
    public async Task Conflicts_are_listed_newest_first_by_pages_and_by_object()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.Sync.RunAsync("""
            insert into tandem.conflicts
              (schema_name, table_name, sfid, record_id, column_name, local_value, salesforce_value, winner, policy, change_id, changed_at)
            select 'salesforce', case when n = 4 then 'account' else 'contact' end, '003000000000001AAA', n, 'phone', 'here ' || n, 'there',
              'salesforce', 'newest', n, now()
            from generate_series(1, 4) n
            union all select 'another', 'contact', '003000000000001AAA', 5, 'phone', 'hidden', 'there', 'local', 'local', 5, now()
            """);
        var path = $"/api/v1/connections/{world.Connection.Id}/conflicts";

        var first = await world.GetAsync($"{path}?object=Contact&limit=2", world.Reader);
        var second = await world.GetAsync($"{path}?object=Contact&limit=2&after={first["next"]!.GetValue<string>()}");

        Values(first).Concat(Values(second)).ShouldBe(["here 3", "here 2", "here 1"]);
        second["next"].ShouldBeNull();
        var item = (first["items"]?[0]).ShouldNotBeNull();
        (item["object_name"]?.GetValue<string>(), item["table_name"]?.GetValue<string>()).ShouldBe(("Contact", "contact"));
        (item["column"]?.GetValue<string>(), item["winner"]?.GetValue<string>()).ShouldBe(("phone", "salesforce"));
        item["decided_at"].ShouldNotBeNull();
        (await world.GetAsync(path))["items"]?[0]?["object_name"].ShouldBeNull();
        Values(await world.GetAsync($"{path}?object='%20or%20true--")).ShouldBeEmpty();
        await world.RefuseAsync(HttpMethod.Get, $"{path}?after=7", HttpStatusCode.BadRequest);
        await world.RefuseAsync(HttpMethod.Get, path, HttpStatusCode.NotFound, token: world.Stranger);

        static IEnumerable<string?> Values(JsonNode page) =>
            page["items"]!.AsArray().Select(item => item?["local_value"]?.GetValue<string>());
    }

    [Fact]
    public async Task Conflicts_are_counted_in_the_status_and_the_metrics_at_most_once_a_minute()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        await NoteConflictsAsync("now()", 1, 2);
        await NoteConflictsAsync("now() - interval '25 hours'", 3, 3);
        var mapping = await world.Sync.AskOneAsync("select id from tandem.mapping");

        (await CountAsync($"/api/v1/connections/{world.Connection.Id}")).ShouldBe((2, 3));
        (await CountAsync($"/api/v1/mappings/{mapping}")).ShouldBe((2, 3));
        var listed = (await world.GetAsync("/api/v1/connections"))["items"]?[0]?["conflict_counts"];
        (listed?["last_day"]?.GetValue<long>(), listed?["kept"]?.GetValue<long>()).ShouldBe((2, 3));
        var lines = (await world.GetTextAsync("/metrics")).Split('\n');
        lines.ShouldContain("""tandem_conflicts_last_day{connection="salesforce",object="Contact"} 2""");
        lines.ShouldContain("""tandem_conflicts_kept{connection="salesforce",object="Contact"} 3""");

        // Those that come now are counted when the minute is over, not by the next request.
        await NoteConflictsAsync("now()", 4, 4);
        (await CountAsync($"/api/v1/connections/{world.Connection.Id}")).ShouldBe((2, 3));

        async Task<(long? LastDay, long? Kept)> CountAsync(string path)
        {
            var counts = (await world.GetAsync(path, world.Reader))["conflict_counts"];
            return (counts?["last_day"]?.GetValue<long>(), counts?["kept"]?.GetValue<long>());
        }

        Task NoteConflictsAsync(string at, int first, int last) => world.Sync.RunAsync($"""
            insert into tandem.conflicts
              (schema_name, table_name, sfid, record_id, column_name, winner, policy, change_id, changed_at, noted_at)
            select 'salesforce', 'contact', '003000000000001AAA', n, 'phone', 'local', 'local', n, now(), {at}
            from generate_series({first}, {last}) n
            """);
    }

    [Fact]
    public async Task Activity_tells_of_loads_pushes_imports_verifies_and_pauses()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 3, syncOptions: Hasty);
        await world.UntilLoadedAsync();
        var path = $"/api/v1/connections/{world.Connection.Id}/activity";
        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('pushed')");
        await SyncWorld.UntilAsync(async () => (await KindsAsync()).Contains("push"), "the push is told");
        var mapping = await world.Sync.AskOneAsync("select id from tandem.mapping");
        await world.AskAsync(
            HttpMethod.Patch, $"/api/v1/mappings/{mapping}", HttpStatusCode.OK, """{"fields": {"LastName": {}, "Fax": {}}}""");
        await SyncWorld.UntilAsync(async () => (await KindsAsync()).Contains("backfill"), "the new column is filled");
        await VerifyAsync(world, "{}");
        await world.AskAsync(HttpMethod.Post, $"{world.Path}/actions/pause", HttpStatusCode.Accepted);

        (await KindsAsync())[0].ShouldBe("pause");
        (await KindsAsync()).Where(kind => kind is not "poll").Distinct()
            .ShouldBe(["pause", "verify", "backfill", "import", "push", "load"]);
        var load = (await world.GetAsync($"{path}?object=contact"))["items"]!.AsArray()
            .Single(item => item?["kind"]?.GetValue<string>() == "load");
        (load?["object_name"]?.GetValue<string>(), load?["rows"]?.GetValue<long>()).ShouldBe(("Contact", 3));
        load?["seconds"].ShouldNotBeNull();
        (await world.GetAsync($"{path}?object=Account"))["items"]?.AsArray().Count.ShouldBe(0);
        await world.RefuseAsync(HttpMethod.Get, path, HttpStatusCode.NotFound, token: world.Stranger);

        async Task<List<string?>> KindsAsync() =>
            [.. (await world.GetAsync(path))["items"]!.AsArray().Select(item => item?["kind"]?.GetValue<string>())];
    }

    [Fact]
    public async Task A_comparison_is_begun_and_asked_for_until_its_reports_are_there()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 3);
        await world.UntilLoadedAsync();
        await world.Sync.RunAsync("""
            begin; set local tandem.capture = 'off'; set local session_replication_role = replica;
            delete from salesforce.contact where id = (select min(id) from salesforce.contact); commit
            """);

        var result = await VerifyAsync(world, """{"object_name": "contact", "level": "stamps"}""");

        var report = result["reports"].ShouldNotBeNull().AsArray().ShouldHaveSingleItem().ShouldNotBeNull();
        report["object_name"]?.GetValue<string>().ShouldBe("Contact");
        report["salesforce_rows"].ShouldNotBeNull();
        result["sentence"]?.GetValue<string>().ShouldNotBeNullOrEmpty();
        var path = $"/api/v1/connections/{world.Connection.Id}/verifications";
        await world.RefuseAsync(HttpMethod.Get, $"{path}/{Guid.NewGuid()}", HttpStatusCode.NotFound);
        await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.BadRequest, """{"object_name": "x'; drop table y--"}""");
        await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.Forbidden, "{}", world.Reader);
        await world.RefuseAsync(HttpMethod.Post, path, HttpStatusCode.NotFound, "{}", world.Stranger);
    }

    private static async Task<JsonNode> VerifyAsync(ApiWorld world, string body)
    {
        var begun = await world.AskAsync(
            HttpMethod.Post, $"/api/v1/connections/{world.Connection.Id}/verifications", HttpStatusCode.Accepted, body);
        var url = begun["result_url"]!.GetValue<string>();
        await SyncWorld.UntilAsync(async () => await world.StatusAsync(url) == HttpStatusCode.OK, "the reports are there");
        return await world.GetAsync(url);
    }
}
