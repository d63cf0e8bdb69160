using System.Net;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Fields of types that standard objects do not have, and keys that are not unique; the objects are those of the example in the
/// user's guide. Source: salesforce-api.md, sections 2.3, 2.4 and 8.2.</summary>
public sealed class FieldTypeTests : IAsyncLifetime
{
    private SimulatedOrg? _org;

    private SimulatedOrg Org => _org ?? throw new InvalidOperationException("The org is not started.");

    public async ValueTask InitializeAsync()
    {
        var file = RepositoryRoot.Combine("docs", "examples", "simulator-metadata.json");
        _org = await SimulatedOrg.StartAsync(SimulatedOrg.Small with { MetadataFile = file });
    }

    public ValueTask DisposeAsync() => Org.DisposeAsync();

    [Fact]
    public async Task A_key_that_is_not_unique_answers_the_choices()
    {
        var first = await Org.CreateAsync("Widget__c", new { Legacy_Code__c = "Twice" });
        var second = await Org.CreateAsync("Widget__c", new { Legacy_Code__c = "twice" });
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Patch])
        {
            var answer = await Org.SendAsync(method, "/sobjects/Widget__c/Legacy_Code__c/TWICE", method == HttpMethod.Get ? null : "{}");
            answer.Status.ShouldBe(HttpStatusCode.MultipleChoices);
            answer.Json.EnumerateArray().Select(item => item.GetString()).ShouldBe(
            [
                $"/services/data/{TestOrg.Version}/sobjects/Widget__c/{first}",
                $"/services/data/{TestOrg.Version}/sobjects/Widget__c/{second}",
            ], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Blobs_locations_and_secrets_read_as_the_platform_answers_them()
    {
        var id = await Org.CreateAsync("Widget__c", """
            {"Photo__c":"AQID","Position__Latitude__s":1.5,"Position__Longitude__s":-2,"Secret__c":"12345678",
             "Site_Address__City__s":"Bern",
             "Tags__c":"Heavy;New","Opens_At__c":"08:30:00.000Z","Tested_At__c":"2026-01-31T10:00:00.789+02:00","Built_On__c":"2026-01-31",
             "Weight__c":"1.2345"}
            """);
        var row = await Org.GetAsync($"/sobjects/Widget__c/{id}");
        var photo = $"/services/data/{TestOrg.Version}/sobjects/Widget__c/{id}/Photo__c";
        row.GetProperty("Photo__c").GetString().ShouldBe(photo);
        row.GetProperty("Position__c").GetRawText().ShouldBe("""{"latitude":1.5,"longitude":-2.0}""");
        row.GetProperty("Secret__c").GetString().ShouldBe("****5678");
        row.GetProperty("Site_Address__c").GetProperty("city").GetString().ShouldBe("Bern");
        row.GetProperty("Tags__c").GetString().ShouldBe("New;Heavy");
        row.GetProperty("Opens_At__c").GetString().ShouldBe("08:30:00.000Z");
        row.GetProperty("Tested_At__c").GetString().ShouldBe("2026-01-31T08:00:00.000+0000");
        row.GetProperty("Weight__c").GetDecimal().ShouldBe(1.235m);
        row.GetProperty("Color__c").GetString().ShouldBe("Red");
        row.GetProperty("Name").GetString().ShouldBe("W-00501");
        (await Org.Http.GetByteArrayAsync(photo, TestContext.Current.CancellationToken)).ShouldBe([1, 2, 3]);
    }
}
