using System.Globalization;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Verify;

/// <summary>Whatever is damaged is found, and nothing else.</summary>
public sealed class VerifyPropertyTests
{
    private static readonly string[] Damages =
    [
        "lastname = lastname || 'x'", "firstname = null", "firstname = coalesce(firstname, '') || 'é'", "donotcall = not donotcall",
        "birthdate = coalesce(birthdate, '1999-12-31') - 1", "description = coalesce(description, '') || E'\\n'",
        "createddate = createddate + interval '1 second'", "accountid = null, email = 'z@example.com'",
        "systemmodstamp = systemmodstamp - interval '400 days'", "systemmodstamp = systemmodstamp + interval '3 hours'",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_damage_is_found_exactly_and_put_right(int seed)
    {
        var random = new Random(seed);
        var mapping = SyncWorld.Contacts();
        await using var world = await Damage.StartAsync(contacts: 250, mapping);
        for (var round = 0; round < 8; round++)
        {
            var sync = new SyncOptions
            {
                Verify = new VerifyOptions
                {
                    MostExamples = 1_000,
                    WindowRows = random.Next(20, 400),
                    RestRows = random.Next(1, 400),
                    PageRecords = random.Next(10, 300),
                },
            };
            var expected = await DamageAsync(world, random);

            var report = await world.VerifyAsync("Contact", new VerifyRequest(VerifyLevel.Values, Repairs: true), sync);

            report.Examples.Select(example => example.Sfid).Order(StringComparer.Ordinal)
                .ShouldBe(expected.Order(StringComparer.Ordinal), $"seed {seed}, round {round}");
            report.Repaired.ShouldBe(expected.Count, $"seed {seed}, round {round}");
            await world.ShouldBeEqualAsync("Contact");
        }
    }

    [Fact]
    public async Task A_formula_that_aged_without_a_stamp_is_found_by_its_value()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(
            file,
            """
            { "objects": [ { "name": "Part__c", "label": "Part", "rows": 0, "fields": [
              { "name": "Name", "type": "string", "length": 80, "nameField": true },
              { "name": "Account__c", "type": "reference", "referenceTo": ["Account"], "childRelationshipName": "Parts" },
              { "name": "Owner_Name__c", "type": "text", "formula": "Account__r.Name" } ] } ] }
            """,
            SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(contacts: 5, metadataFile: file);
        var account = world.Org.Live("Account")[0].Id;
        var part = await world.Org.CreateAsync("Part__c", new { Name = "one", Account__c = account });
        var other = await world.Org.CreateAsync("Part__c", new { Name = "two" });
        var mapping = new Mapping { ObjectName = "Part__c", Access = MappingAccess.ReadOnly, Fields = ["Name", "Owner_Name__c"] };
        await world.LoadAsync(mapping);
        await Damage.SettleAsync(world, "Part__c", other, new { Name = "settled" });
        await world.Org.UpdateAsync("Account", account, new { Name = "renamed" });
        (await world.PollAsync("Part__c")).ShouldBe(0);

        (await world.VerifyAsync("Part__c", new VerifyRequest(VerifyLevel.Stamps, Repairs: true))).Differences.ShouldBe(0);
        var report = await world.VerifyAsync("Part__c", new VerifyRequest(VerifyLevel.Values, Repairs: true));

        var found = report.Examples.ShouldHaveSingleItem();
        (found.Sfid, found.Kind, found.IsRepaired, found.WasPassedByPoll).ShouldBe((part, DifferenceKind.Value, true, false));
        found.Columns.ShouldBe(["owner_name__c"]);
        await world.ShouldBeEqualAsync("Part__c");
    }

    /// <summary>Damages some rows, each in one way.</summary>
    private static async Task<IReadOnlyList<string>> DamageAsync(SyncWorld world, Random random)
    {
        var ids = (await Damage.IdsAsync(world, "contact")).ToArray();
        random.Shuffle(ids);
        var damaged = ids.Take(random.Next(0, 12)).ToList();
        foreach (var sfid in damaged)
        {
            if (random.Next(4) == 0)
                await Damage.DeleteAsync(world, "contact", sfid);
            else
                await ChangeAsync(world, sfid, Damages[random.Next(Damages.Length)]);
        }

        for (var at = random.Next(3); at > 0; at--)
        {
            var unknown = Tandem.Salesforce.SalesforceId.Parse($"003000000000{at.ToString("000", CultureInfo.InvariantCulture)}").Value;
            await Damage.InsertAsync(world, "contact", unknown);
            damaged.Add(unknown);
        }

        return damaged;
    }

    /// <summary>A change that leaves the row as it was is no damage; the name, which every row has, is changed then as well.</summary>
    private static Task ChangeAsync(SyncWorld world, string sfid, string assignments) => Damage.SetAsync(
        world,
        "contact",
        sfid,
        assignments.Contains("lastname", StringComparison.Ordinal) ? assignments : $"{assignments}, lastname = 'hurt'");
}
