using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Npgsql;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Xunit;
using FieldType = Tandem.Simulator.Metadata.FieldType;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Each value of <see cref="TypeTable"/>, written by the REST API, comes by Bulk and by REST into tables of both type profiles, and its
/// column reads as the table says. heroku-connect.md, section 4; salesforce-api.md, section 8.2.
/// </summary>
public sealed class TypeTableTests
{
    [Theory]
    [InlineData(TypeProfile.Heroku, false)]
    [InlineData(TypeProfile.Heroku, true)]
    [InlineData(TypeProfile.Exact, false)]
    [InlineData(TypeProfile.Exact, true)]
    public async Task Every_value_of_every_type_arrives_as_the_table_says(TypeProfile types, bool isPolled)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(file, TypeTable.Metadata, SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(metadataFile: file);
        world.Types = types;
        var mapping = new Mapping { ObjectName = "Every__c", Access = MappingAccess.ReadOnly, Fields = [Mapping.AllFields] };
        await (isPolled ? world.LoadAsync(mapping) : world.PrepareAsync(mapping));
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var ids = await WriteAsync(world);

        if (isPolled)
            (await world.PollAsync("Every__c")).ShouldBe(ids.Count);
        else
            (await world.LoadAsync("Every__c")).RowsLoaded.ShouldBe(ids.Count);

        var found = await ReadAsync(world);
        var differences = new List<string>();
        foreach (var (at, value) in TypeTable.Cases.Index())
        {
            var expected = types == TypeProfile.Exact ? value.Exact : value.Heroku;
            var text = found[ids[at]].GetValueOrDefault(value.Field.ToLowerInvariant(), "no such column");
            if (text != expected)
                differences.Add($"{value.Field,-20} wrote {Show(value.Body),-50} expected {Show(expected),-40} found {Show(text)}");
        }

        differences.ShouldBeEmpty(string.Join('\n', differences.Prepend($"{types}, {(isPolled ? "REST" : "Bulk")}:")));
        (await world.AskAsync("select * from tandem.read_error")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_table_has_every_type_that_an_org_can_have()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(file, TypeTable.Metadata, SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(metadataFile: file);
        var type = world.Server.Org.FindTable("Every__c").ShouldNotBeNull().Type;

        type.Fields.Select(field => field.Type).Distinct().ShouldBe(Enum.GetValues<FieldType>(), ignoreOrder: true);
        var tested = TypeTable.Cases.Select(value => value.Field).ToHashSet(StringComparer.Ordinal);
        type.Fields.Where(field => field.IsCustom && field.Type is not (FieldType.Base64 or FieldType.Address or FieldType.Location))
            .Select(field => field.Type).Except(type.Fields.Where(field => tested.Contains(field.Name)).Select(field => field.Type))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        TypeProfile.Heroku,
        "text__c character varying(255), short__c character varying(1000), long__c text, rich__c text, pick__c character varying(255), "
        + "multi__c character varying(4099), combo__c character varying(40), lookup__c character varying(18), flag__c boolean, "
        + "int__c integer, ticks__c bigint, whole__c double precision, money__c double precision, share__c double precision, day__c date, "
        + "moment__c timestamp without time zone, hour__c time without time zone, phone__c character varying(40), "
        + "link__c character varying(255), mail__c character varying(80), secret__c character varying(50), any__c text, "
        + "double__c double precision, place__latitude__s double precision, systemmodstamp timestamp without time zone, "
        + "isdeleted boolean, sfid character varying(18)")]
    [InlineData(
        TypeProfile.Exact,
        "text__c text, short__c text, long__c text, rich__c text, pick__c text, "
        + "multi__c text, combo__c text, lookup__c character varying(18), flag__c boolean, int__c integer, "
        + "ticks__c bigint, whole__c numeric(18,0), money__c numeric(18,2), share__c numeric(5,2), day__c date, "
        + "moment__c timestamp with time zone, hour__c time without time zone, phone__c text, "
        + "link__c text, mail__c text, secret__c text, any__c text, "
        + "double__c numeric, place__latitude__s double precision, systemmodstamp timestamp with time zone, "
        + "isdeleted boolean, sfid character varying(18)")]
    public async Task Columns_have_the_types_of_their_profile_and_content_has_none(TypeProfile types, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("metadata.json");
        await File.WriteAllTextAsync(file, TypeTable.Metadata, SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(metadataFile: file);
        world.Types = types;
        await world.PrepareAsync(
            new Mapping { ObjectName = "Every__c", Access = MappingAccess.ReadOnly, Fields = [Mapping.AllFields] });

        var columns = await world.AskAsync(
            "select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute "
            + "where attrelid = 'salesforce.every__c'::regclass and attnum > 0");

        foreach (var column in expected.Split(", "))
            columns.ShouldContain(column);
        columns.Select(column => column.Split(' ')[0]).Intersect(["photo__c", "home__c", "place__c"]).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(SyncWorld world)
    {
        using var http = new HttpClient { BaseAddress = world.Server.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", world.Server.Sessions.Issue(world.Server.Org.AdminUserId).AccessToken);
        var ids = new List<string>();
        foreach (var value in TypeTable.Cases)
        {
            using var content = new StringContent(value.Body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync("/services/data/v67.0/sobjects/Every__c", content, SyncWorld.Token);
            var text = await answer.Content.ReadAsStringAsync(SyncWorld.Token);
            answer.IsSuccessStatusCode.ShouldBeTrue($"{value.Field}: {Show(text)}");
            using var json = JsonDocument.Parse(text);
            ids.Add(json.RootElement.GetProperty("id").GetString().ShouldNotBeNull());
        }

        return ids;
    }

    /// <summary>The text of every column as Postgres spells it, by sfid.</summary>
    private static async Task<Dictionary<string, Dictionary<string, string?>>> ReadAsync(SyncWorld world)
    {
        var columns = await world.AskAsync(
            "select attname from pg_attribute where attrelid = 'salesforce.every__c'::regclass and attnum > 0 order by attnum");
        await using var connection = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        var list = string.Join(", ", columns.Select(name => $"\"{name}\"::text"));
        await using var command = new NpgsqlCommand($"set timezone to 'UTC'; select {list} from salesforce.every__c", connection);
        await using var reader = await command.ExecuteReaderAsync(SyncWorld.Token);
        var rows = new Dictionary<string, Dictionary<string, string?>>(StringComparer.Ordinal);
        while (await reader.ReadAsync(SyncWorld.Token))
        {
            var row = columns.Index().ToDictionary(
                column => column.Item,
                column => reader.IsDBNull(column.Index) ? null : reader.GetString(column.Index),
                StringComparer.Ordinal);
            rows.Add(row["sfid"].ShouldNotBeNull(), row);
        }

        return rows;
    }

    private static string Show(string? text) => text switch
    {
        null => "NULL",
        { Length: > 60 } => $"{text.ReplaceLineEndings(" ")[..40]}.. ({text.Length} characters)",
        _ => text.ReplaceLineEndings("\\n"),
    };
}
