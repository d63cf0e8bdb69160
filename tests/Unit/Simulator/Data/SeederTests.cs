using Record = Tandem.Simulator.Data.Record;
using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Metadata;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Data;

/// <summary>The seed: same data for the same seed, plausible, and old enough not to be polled.</summary>
public sealed class SeederTests
{
    [Fact]
    public void One_seed_within_one_hour_makes_the_same_data() =>
        Spell(Seed(7, SampleTime.Noon)).ShouldBe(Spell(Seed(7, SampleTime.Noon.AddMinutes(20))));

    [Fact]
    public void Another_seed_makes_other_data() => string.Equals(Spell(Seed(7, SampleTime.Noon)), Spell(Seed(8, SampleTime.Noon)),
        StringComparison.Ordinal).ShouldBeFalse();

    [Fact]
    public void Objects_stand_in_proportion_to_the_contacts()
    {
        var org = Seed(1, SampleTime.Noon, 200);
        Count(org, "Contact").ShouldBe(200);
        Count(org, "Account").ShouldBe(40);
        Count(org, "Opportunity").ShouldBe(100);
        Count(org, "Lead").ShouldBe(20);
        Count(org, "Case").ShouldBe(20);
        Count(org, "Product2").ShouldBe(20);
        Count(org, "User").ShouldBe(5);
        Count(org, "RecordType").ShouldBe(2);
        Count(org, "Organization").ShouldBe(1);
        Table(org, "User").Find(org.AdminUserId).ShouldNotBeNull();
        Table(org, "Organization").Find(org.OrganizationId).ShouldNotBeNull();
    }

    [Fact]
    public void Everything_is_older_than_an_hour_and_no_older_than_three_years()
    {
        var end = new DateTime(2026, 3, 4, 11, 0, 0, DateTimeKind.Utc);
        foreach (
            var record in Seed(1, SampleTime.Noon, 500).Types.SelectMany(type => Table(Seed(1, SampleTime.Noon, 50), type.Name).Records))
        {
            var created = Value(record, "CreatedDate").ShouldBeOfType<DateTime>();
            var stamp = Value(record, "SystemModstamp").ShouldBeOfType<DateTime>();
            stamp.ShouldBeLessThan(end);
            stamp.ShouldBeGreaterThanOrEqualTo(created);
            created.ShouldBeGreaterThan(end.AddDays(-(3 * 365) - 1));
            (stamp.Ticks % TimeSpan.TicksPerSecond).ShouldBe(0);
        }
    }

    [Fact]
    public void Every_row_keeps_what_describe_says()
    {
        var org = Seed(3, SampleTime.Noon, 300);
        foreach (var record in org.Types.SelectMany(type => Table(org, type.Name).Records))
        {
            for (var ordinal = 0; ordinal < record.Type.Fields.Count; ordinal++)
            {
                var field = record.Type.Fields[ordinal];
                var where = $"{record.Type.Name}.{field.Name}";
                if (record[ordinal] is not { } value)
                {
                    (field.IsNillable || field.IsCompound).ShouldBeTrue(where);
                    continue;
                }

                if (value is string text && field.Length > 0)
                    text.Length.ShouldBeLessThanOrEqualTo(field.Length, where);
                if (value is decimal number)
                    decimal.Round(number, field.Scale).ShouldBe(number, where);
                if (field.Type == FieldType.Reference)
                    org.FindTableOfId((string)value).ShouldNotBeNull(where).Find((string)value).ShouldNotBeNull(where);
            }
        }
    }

    [Fact]
    public void Texts_hold_what_breaks_careless_readers()
    {
        var org = Seed(1, SampleTime.Noon, 1000);
        var texts = Table(org, "Contact").Records.Concat(Table(org, "Account").Records).SelectMany(record =>
            record.Values.OfType<string>()).ToList();
        texts.ShouldContain(text => text.Contains('"'));
        texts.ShouldContain(text => text.Contains(','));
        texts.ShouldContain(text => text.Contains('\n'));
        texts.ShouldContain(text => text.Any(char.IsSurrogate));
        texts.ShouldContain(text => text.Any(letter => letter > 0x3000 && letter < 0xD800));
        Table(org, "Contact").Records.ShouldContain(record => Value(record, "Phone") == null);
    }

    [Fact]
    public void Computed_fields_hold_what_a_recompute_gives()
    {
        var org = Seed(3, SampleTime.Noon, 200);
        var seeded = Spell(org);
        Table(org, "Opportunity").Records.ShouldAllBe(record => Value(record, "FiscalYear") != null);
        using (org.Gate.Enter())
            org.Recompute();
        Spell(org).ShouldBe(seeded);
    }

    private static Org Seed(int seed, DateTimeOffset now, int rows = 100)
    {
        var org = new Org(MetadataReader.Load(null), new FakeTimeProvider(now));
        new Seeder(org, new SimulatorOptions { Seed = seed, Rows = rows }).Run();
        return org;
    }

    private static string Spell(Org org) => string.Join('\n', org.Types.OrderBy(type => type.Name, StringComparer.Ordinal)
        .SelectMany(type => Table(org, type.Name).Records.OrderBy(record => record.Id, StringComparer.Ordinal))
        .Select(record => string.Join('|', record.Values)));

    private static ObjectTable Table(Org org, string name) => org.FindTable(name).ShouldNotBeNull();

    private static int Count(Org org, string name) => Table(org, name).Count;

    private static object? Value(Record record, string field) => record[record.Type.OrdinalOf(field)];
}
