using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Catalog;

/// <summary>heroku-connect.md, section 11: what is exported is what an import takes, and nothing that was imported is lost.</summary>
public sealed class MappingFileWriterTests
{
    private static readonly DateTimeOffset Moment = new(2026, 2, 15, 17, 13, 42, 743, TimeSpan.Zero);

    private static readonly Connection Shop = new()
    {
        Id = Guid.Empty,
        Name = "shop",
        LoginUrl = new Uri("https://login.salesforce.com"),
        ApiVersion = "67.0",
        Schema = "salesforce",
        OrganizationId = "00D000000000001EAA",
    };

    [Fact]
    public void Writes_each_member_of_the_contract_and_none_of_its_own_where_nothing_was_chosen()
    {
        var widgets = new Mapping
        {
            ObjectName = "Widget__c",
            Access = MappingAccess.ReadWrite,
            Fields = ["Name", "Ext_Id__c"],
            Indexes = new Dictionary<string, bool> { ["Ext_Id__c"] = true },
            UpsertField = "Ext_Id__c",
            AppliedAt = Moment,
        };
        var leads = new Mapping { ObjectName = "Lead", Access = MappingAccess.ReadOnly, Fields = ["Id"] };

        MappingFileWriter.ToText(MappingFileWriter.Write(Shop, [widgets, leads], Moment)).ShouldBe(
            """
            {
                "connection": {
                    "api_version": "67.0",
                    "app_name": "shop",
                    "exported_at": "2026-02-15T17:13:42.743000+00:00",
                    "features": {
                        "disable_bulk_writes": false,
                        "poll_db_no_merge": true,
                        "poll_external_ids": false,
                        "rest_count_only": false,
                        "ucs_basic_collation_index": true,
                        "use_assignment_rules": false
                    },
                    "logplex_log_enabled": false,
                    "name": "shop",
                    "organization_id": "00D000000000001EAA"
                },
                "mappings": [
                    {
                        "config": {
                            "access": "read_only",
                            "fields": {
                                "Id": {},
                                "SystemModstamp": {}
                            },
                            "indexes": {
                                "Id": {
                                    "unique": true
                                },
                                "SystemModstamp": {
                                    "unique": false
                                }
                            },
                            "sf_max_daily_api_calls": 30000,
                            "sf_notify_enabled": false,
                            "sf_polling_seconds": 600
                        },
                        "object_name": "Lead"
                    },
                    {
                        "config": {
                            "access": "read_write",
                            "applied_at": "2026-02-15T17:13:42.743000Z",
                            "fields": {
                                "Ext_Id__c": {},
                                "Id": {},
                                "Name": {},
                                "SystemModstamp": {}
                            },
                            "indexes": {
                                "Ext_Id__c": {
                                    "unique": true
                                },
                                "Id": {
                                    "unique": true
                                },
                                "SystemModstamp": {
                                    "unique": false
                                }
                            },
                            "sf_max_daily_api_calls": 30000,
                            "sf_notify_enabled": false,
                            "sf_polling_seconds": 600,
                            "upsert_field": "Ext_Id__c"
                        },
                        "object_name": "Widget__c"
                    }
                ],
                "version": 1
            }

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Members_that_are_not_known_come_out_as_they_went_in_at_every_level()
    {
        var file = MappingFile.Parse("""
            {"version": 1, "colour": "rød",
             "connection": {"team": {"b": 1, "a": [1, {"z": 1, "y": null}]}, "features": {"mtls_shield_connection": true}},
             "mappings": [{"object_name": "Lead", "note": "hot", "config": {
               "access": "read_only", "mood": null, "revision": 7, "applied_at": "2016-01-01T00:00:00Z",
               "fields": {"Id": {"why": "key"}, "Name": {}}, "indexes": {"Name": {"unique": false, "fillfactor": 80}}}}]}
            """);

        var written = MappingFileWriter.Write(
            file.Connection.ApplyTo(Shop, hasTables: false), [file.Mappings[0] with { AppliedAt = Moment }], Moment);

        written["colour"]?.GetValue<string>().ShouldBe("rød");
        MappingFileWriter.ToText(written).ShouldContain("rød");
        written["connection"]?["team"]?.ToJsonString().ShouldBe("""{"a":[1,{"y":null,"z":1}],"b":1}""");
        written["connection"]?["features"]?["mtls_shield_connection"]?.GetValue<bool>().ShouldBeTrue();
        var mapping = written["mappings"]?[0].ShouldNotBeNull();
        mapping?["note"]?.GetValue<string>().ShouldBe("hot");
        mapping?["config"]?.AsObject().ContainsKey("mood").ShouldBeTrue();
        mapping?["config"]?.AsObject().ContainsKey("revision").ShouldBeFalse();
        mapping?["config"]?["applied_at"]?.GetValue<string>().ShouldBe("2026-02-15T17:13:42.743000Z");
        mapping?["config"]?["fields"]?["Id"]?.ToJsonString().ShouldBe("""{"why":"key"}""");
        mapping?["config"]?["indexes"]?["Name"]?.ToJsonString().ShouldBe("""{"fillfactor":80,"unique":false}""");
    }

    [Fact]
    public void An_export_reads_back_as_what_was_exported()
    {
        AssignmentRules.TryParse("Case=01Q000000000001", out var rules).ShouldBeTrue();
        var connection = Shop with
        {
            Types = TypeProfile.Exact,
            Writes = WriteAlgorithm.Merged,
            Assignment = rules.ShouldNotBeNull(),
            SavesDuplicates = true,
            CutsText = true,
            ArchiveAfter = TimeSpan.FromHours(6),
            ArchiveFor = TimeSpan.FromDays(90),
            ApiShare = 33,
        };
        var mapping = new Mapping
        {
            ObjectName = "Account",
            Access = MappingAccess.ReadWrite,
            Fields = ["*", "Id", "SystemModstamp"],
            ExcludedFields = ["Description"],
            Indexes = new Dictionary<string, bool> { ["Id"] = true, ["Name"] = false, ["SystemModstamp"] = false },
            UpsertField = "Ext_Id__c",
            PollInterval = TimeSpan.FromSeconds(7),
            IsAccelerated = true,
            MaxDailyApiCalls = 12,
            Filter = "Industry = 'Energy'",
            KeepsFormulasFresh = false,
            OnDrift = DriftPolicy.Ask,
            Conflicts = ConflictPolicy.Newest,
            ConflictFields = new Dictionary<string, ConflictPolicy> { ["Phone"] = ConflictPolicy.Salesforce },
        };

        var exported = MappingFileWriter.Write(connection, [mapping], Moment);

        var file = MappingFile.Parse(MappingFileWriter.ToText(exported));

        var back = MappingFileWriter.Write(file.Connection.ApplyTo(Shop, hasTables: false), file.Mappings, Moment);
        MappingFileDiff.Between(exported, back).ShouldBeEmpty();
        var again = file.Mappings.ShouldHaveSingleItem();
        again.Filter.ShouldBe(mapping.Filter);
        again.ExcludedFields.ShouldBe(["Description"]);
        again.PollInterval.ShouldBe(TimeSpan.FromSeconds(7));
        again.ConflictFields["Phone"].ShouldBe(ConflictPolicy.Salesforce);
    }

    [Fact]
    public void What_is_taken_back_leaves_the_file_though_it_stood_in_the_one_that_was_imported()
    {
        var imported = MappingFile.Parse("""
            {"connection": {"types": "exact", "duplicates": "save"}, "mappings": [{"object_name": "Lead", "config": {
               "access": "read_only", "fields": {"Id": {}, "Name": {}, "Fax": {}}, "filter": "Name != null", "on_drift": "ask"}}]}
            """);
        var mapping = imported.Mappings[0] with { Fields = ["Id", "Name"], Filter = null, OnDrift = DriftPolicy.Follow };
        var connection = imported.Connection.ApplyTo(Shop, hasTables: false) with { SavesDuplicates = false };

        var written = MappingFileWriter.Write(connection, [mapping], Moment);

        var config = written["mappings"]?[0]?["config"]?.AsObject().ShouldNotBeNull() ?? [];
        config["fields"]?.AsObject().Select(field => field.Key).ShouldBe(["Id", "Name", "SystemModstamp"]);
        config.ContainsKey("filter").ShouldBeFalse();
        config.ContainsKey("on_drift").ShouldBeFalse();
        written["connection"]?.AsObject().ContainsKey("duplicates").ShouldBeFalse();
        written["connection"]?["types"]?.GetValue<string>().ShouldBe("exact");
    }

    [Fact]
    public void A_difference_is_told_by_its_place_and_both_values()
    {
        var lead = new Mapping { ObjectName = "Lead", Access = MappingAccess.ReadOnly, Fields = ["Id", "Fax"] };
        var before = MappingFileWriter.Write(Shop, [lead with { AppliedAt = Moment }], Moment);
        var after = MappingFileWriter.Write(
            Shop with { Writes = WriteAlgorithm.Merged },
            [lead with { Fields = ["Id", "Phone"], PollInterval = TimeSpan.FromSeconds(30), AppliedAt = Moment.AddDays(1) }],
            Moment.AddDays(1));

        MappingFileDiff.Between(before, after).Select(change => change.ToString()).ShouldBe(
        [
            "- Lead.config.fields.Fax: {}",
            "+ Lead.config.fields.Phone: {}",
            "  Lead.config.sf_polling_seconds: 600 -> 30",
            "  connection.features.poll_db_no_merge: true -> false",
        ]);
        MappingFileDiff.Between(after, after).ShouldBeEmpty();
        MappingFileDiff.Between(new JsonObject(), after)
            .ShouldContain(new MappingFileChange("Lead.config.access", null, "\"read_only\""));
    }
}
