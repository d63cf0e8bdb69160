using System.Globalization;
using System.Net;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Conditions on single rows. Source: salesforce-api.md, section 2.5.</summary>
public sealed class RowConditionTests(TestOrg org)
{
    [Fact]
    public async Task An_account_is_read_only_when_its_tag_has_changed()
    {
        var path = await AccountAsync();
        var first = await org.SendAsync(HttpMethod.Get, path);
        var tag = first.Headers["ETag"];
        tag.ShouldMatch("^\".+\"$");
        var same = await org.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", tag));
        same.Status.ShouldBe(HttpStatusCode.NotModified);
        same.Text.ShouldBeEmpty();
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-Match", tag))).Status.ShouldBe(HttpStatusCode.OK);
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-Match", "\"other\""))).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await org.SendAsync(HttpMethod.Patch, path, """{"Name":"New"}""", ("If-Match", tag))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", tag))).Status.ShouldBe(HttpStatusCode.OK);
        (await org.SendAsync(HttpMethod.Patch, path, """{"Name":"Newer"}""", ("If-Match", tag))).Status
            .ShouldBe(HttpStatusCode.PreconditionFailed);
        (await org.GetAsync(path)).GetProperty("Name").GetString().ShouldBe("New");
    }

    [Fact]
    public async Task A_compressed_tag_counts_as_the_same()
    {
        var path = await AccountAsync();
        var tag = (await org.SendAsync(HttpMethod.Get, path)).Headers["ETag"];
        var compressed = tag[..^1] + "--gzip\"";
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", compressed))).Status.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_row_is_written_only_when_nobody_has_since()
    {
        var path = $"/sobjects/Contact/{await org.CreateAsync("Contact", new { LastName = "Row" })}";
        var read = await org.SendAsync(HttpMethod.Get, path);
        read.Headers.ContainsKey("ETag").ShouldBeFalse();
        var changed = DateTimeOffset.Parse(read.Headers["Last-Modified"], CultureInfo.InvariantCulture);
        (await org.SendAsync(HttpMethod.Patch, path, """{"LastName":"A"}""", ("If-Unmodified-Since", Spell(changed)))).Status
            .ShouldBe(HttpStatusCode.NoContent);
        var stale = await org.SendAsync(HttpMethod.Patch, path, """{"LastName":"B"}""",
            ("If-Unmodified-Since", Spell(changed.AddSeconds(-1))));
        stale.Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-Modified-Since", Spell(changed.AddMinutes(1))))).Status
            .ShouldBe(HttpStatusCode.NotModified);
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-Modified-Since", Spell(changed.AddMinutes(-1))))).Status
            .ShouldBe(HttpStatusCode.OK);
        (await org.GetAsync(path)).GetProperty("LastName").GetString().ShouldBe("A");
    }

    [Fact]
    public async Task A_date_that_is_none_stops_writes_and_not_reads()
    {
        var path = await AccountAsync();
        (await org.SendAsync(HttpMethod.Get, path, null, ("If-Modified-Since", "yesterday"))).Status.ShouldBe(HttpStatusCode.OK);
        (await org.SendAsync(HttpMethod.Patch, path, """{"Name":"New"}""", ("If-Unmodified-Since", "yesterday"))).Status
            .ShouldBe(HttpStatusCode.BadRequest);
        (await org.SendAsync(HttpMethod.Delete, path, null, ("If-Unmodified-Since", "yesterday"))).Status
            .ShouldBe(HttpStatusCode.NoContent);
    }

    private async Task<string> AccountAsync() => $"/sobjects/Account/{await org.CreateAsync("Account", new { Name = "Row" })}";

    private static string Spell(DateTimeOffset moment) => moment.ToString("R", CultureInfo.InvariantCulture);
}
