using Shouldly;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Catalog;

/// <summary>heroku-connect.md, section 11: the export and import file.</summary>
public sealed class MappingFileTests
{
    [Fact]
    public void Reads_what_a_present_export_holds()
    {
        var mapping = MappingFile.Parse("""
            {"version": 1, "connection": {"app_name": "shop", "features": {"poll_db_no_merge": true}},
             "mappings": [{"object_name": "Widget__c", "config": {
               "access": "read_write", "sf_notify_enabled": true, "sf_polling_seconds": 120, "sf_max_daily_api_calls": 5000,
               "fields": {"Id": {}, "Name": {}, "Ext_Id__c": {}},
               "indexes": {"Id": {"unique": true}, "Name": {"unique": false}},
               "upsert_field": "Ext_Id__c", "applied_at": "2023-02-14T01:40:34.070538Z", "revision": 4}}]}
            """).Mappings.ShouldHaveSingleItem();

        mapping.ObjectName.ShouldBe("Widget__c");
        mapping.Access.ShouldBe(MappingAccess.ReadWrite);
        mapping.Fields.ShouldBe(["Id", "Name", "Ext_Id__c"]);
        mapping.Indexes.ShouldBe(new Dictionary<string, bool> { ["Id"] = true, ["Name"] = false });
        mapping.UpsertField.ShouldBe("Ext_Id__c");
        mapping.PollInterval.ShouldBe(TimeSpan.FromSeconds(120));
        mapping.IsAccelerated.ShouldBeTrue();
        mapping.MaxDailyApiCalls.ShouldBe(5000);
    }

    [Fact]
    public void Reads_an_old_file_without_indexes_interval_and_identifier()
    {
        var mapping = MappingFile.Parse("""
            {"mappings": [{"object_name": "Lead", "config": {"access": "read_only", "fields": {"Id": {}}, "upsert_field": null}}]}
            """).Mappings.ShouldHaveSingleItem();

        mapping.Indexes.ShouldBeEmpty();
        mapping.UpsertField.ShouldBeNull();
        mapping.PollInterval.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData("not json", "not JSON")]
    [InlineData("[]", "no mapping file")]
    [InlineData("""{"dashboard": []}""", "no mapping file")]
    [InlineData("""{"mappings": []}""", "at least one mapping")]
    [InlineData("""{"mappings": [{"object_name": "Account; x", "config": {}}]}""", "letters, digits and underscores, found Account; x")]
    [InlineData(
        """{"version": 2, "mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {}}}]}""",
        "version: expected 1, found 2")]
    [InlineData("""{"mappings": [{"config": {}}]}""", "mappings[0].object_name")]
    [InlineData("""{"mappings": [{"object_name": "A"}]}""", "mappings[0].config: expected an object")]
    [InlineData("""{"mappings": [{"object_name": "A", "config": {"access": "write", "fields": {}}}]}""", "found write")]
    [InlineData(
        """{"mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {}, "upsert_field": 7}}]}""",
        "config.upsert_field: expected the name of a field, found 7")]
    [InlineData(
        """{"mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {}, "indexes": {"Id": {"unique": "yes"}}}}]}""",
        "config.indexes.Id.unique: expected true or false, found \"yes\"")]
    [InlineData(
        """{"mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {}, "sf_max_daily_api_calls": 0}}]}""",
        "config.sf_max_daily_api_calls: expected 1 or more, found 0")]
    [InlineData(
        """{"mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {}, "sf_notify_enabled": 1}}]}""",
        "config.sf_notify_enabled: expected true or false, found 1")]
    [InlineData("""{"mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": []}}]}""", "mappings[0].config.fields")]
    [InlineData(
        """{"mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {}, "sf_polling_seconds": 0}}]}""",
        "sf_polling_seconds: expected 1 to 86400, found 0")]
    public void Refuses_with_a_sentence_that_names_the_place(string json, string expected) =>
        Should.Throw<ConfigurationException>(() => MappingFile.Parse(json)).Message.ShouldContain(expected);

    [Theory]
    [InlineData("""{"types": "exact"}""", TypeProfile.Exact)]
    [InlineData("""{"types": "heroku"}""", TypeProfile.Heroku)]
    [InlineData("""{"types": null}""", null)]
    [InlineData("""{"app_name": "shop"}""", null)]
    [InlineData("null", null)]
    public void Reads_which_column_types_are_asked_for(string connection, TypeProfile? expected) =>
        Settings(connection).Types.ShouldBe(expected);

    [Theory]
    [InlineData("""{"features": {"poll_db_no_merge": true}}""", WriteAlgorithm.Ordered)]
    [InlineData("""{"features": {"poll_db_no_merge": false, "disable_bulk_writes": false}}""", WriteAlgorithm.Merged)]
    [InlineData("""{"features": {"disable_bulk_writes": false}}""", null)]
    [InlineData("""{"app_name": "shop"}""", null)]
    public void Reads_how_changes_are_to_be_sent(string connection, WriteAlgorithm? expected) =>
        Settings(connection).Writes.ShouldBe(expected);

    [Theory]
    [InlineData("""{"features": {"use_assignment_rules": true}}""", "on")]
    [InlineData("""{"features": {"use_assignment_rules": false}}""", "off")]
    [InlineData("""{"features": {"use_assignment_rules": false}, "assignment_rules": "Case=01Q000000000001"}""", "Case=01Q000000000001EAA")]
    [InlineData("""{"features": {"poll_db_no_merge": true}}""", null)]
    public void Reads_which_assignment_rules_are_asked_for(string connection, string? expected) =>
        Settings(connection).Assignment?.ToString().ShouldBe(expected);

    [Fact]
    public void Reads_the_options_of_a_connection_that_the_contract_lacks()
    {
        var settings = Settings(
            """{"duplicates": "save", "long_text": "cut", "archive_after_days": 0.25, "archive_for_days": 90, "api_share": 25}""");

        settings.SavesDuplicates.ShouldBe(true);
        settings.CutsText.ShouldBe(true);
        settings.ArchiveAfter.ShouldBe(TimeSpan.FromHours(6));
        settings.ArchiveFor.ShouldBe(TimeSpan.FromDays(90));
        settings.ApiShare.ShouldBe(25);
    }

    [Theory]
    [InlineData("7", "connection: expected an object, found 7.")]
    [InlineData("""{"types": "money"}""", "connection.types: expected heroku or exact, found \"money\".")]
    [InlineData(
        """{"features": {"poll_db_no_merge": "sometimes"}}""",
        "connection.features.poll_db_no_merge: expected true or false, found \"sometimes\".")]
    [InlineData("""{"duplicates": true}""", "connection.duplicates: expected refuse or save, found true.")]
    [InlineData("""{"long_text": "trim"}""", "connection.long_text: expected refuse or cut, found \"trim\".")]
    [InlineData("""{"api_share": 101}""", "connection.api_share: expected a whole number of per cent from 1 to 100, found 101.")]
    [InlineData("""{"api_share": "80"}""", "connection.api_share: expected a whole number of per cent from 1 to 100, found \"80\".")]
    [InlineData("""{"archive_for_days": 0}""", "connection.archive_for_days: expected a number of days above 0 and up to 36500, found 0.")]
    [InlineData(
        """{"assignment_rules": "Contact=01Q000000000001"}""",
        "connection.assignment_rules: expected off, on or rules such as Case=01Q000000000001EAA, found \"Contact=01Q000000000001\".")]
    public void Refuses_what_a_connection_cannot_be_asked(string connection, string expected) =>
        Should.Throw<ConfigurationException>(() => Settings(connection)).Message.ShouldBe(expected);

    [Fact]
    public void Refuses_an_object_that_names_a_member_twice() =>
        Should.Throw<ConfigurationException>(() => MappingFile.Parse("""{"version": 1, "version": 1, "mappings": []}"""))
            .Message.ShouldContain("whose objects name each member once");

    [Fact]
    public void Refuses_a_character_that_no_database_keeps() =>
        Should.Throw<ConfigurationException>(() => Settings("""{"note": "a\u0000b"}""")).Message.ShouldContain("the character NUL");

    [Fact]
    public void Finds_every_problem_at_once()
    {
        var exception = Should.Throw<ConfigurationException>(() => MappingFile.Parse("""
            {"version": 3, "mappings": [
              {"object_name": "A", "config": {"access": "none"}},
              {"object_name": "a", "config": {"access": "read_only", "fields": {}}}]}
            """));

        exception.Problems.Count.ShouldBe(4);
        exception.Problems[^1].ShouldContain("mapped twice");
    }

    [Fact]
    public void Reads_what_goes_beyond_the_contract()
    {
        var mapping = MappingFile.Parse("""
            {"mappings": [{"object_name": "Account", "config": {
               "access": "read_only", "fields": {"*": {}, "Description": {"exclude": true}, "Fax": {"exclude": false}},
               "filter": " Industry = 'Energy' ", "fresh_formulas": false, "on_drift": "ask", "colour": "red",
               "conflicts": "newest", "conflict_columns": {"Phone": "salesforce"}}}]}
            """).Mappings.ShouldHaveSingleItem();

        mapping.Fields.ShouldBe(["*", "Fax"]);
        mapping.ExcludedFields.ShouldBe(["Description"]);
        mapping.Filter.ShouldBe("Industry = 'Energy'");
        mapping.KeepsFormulasFresh.ShouldBeFalse();
        mapping.OnDrift.ShouldBe(DriftPolicy.Ask);
        mapping.Conflicts.ShouldBe(ConflictPolicy.Newest);
        mapping.ConflictFields.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("Phone", ConflictPolicy.Salesforce));
    }

    [Theory]
    [InlineData("\"fields\": {\"Name\": {\"exclude\": true}}", "config.fields.Name.exclude: only a mapping of all fields")]
    [InlineData("\"fields\": {\"*\": {\"exclude\": true}}", "config.fields.*.exclude: expected true or false on the name of a field")]
    [InlineData("\"fields\": {\"*\": {}, \"Id\": {\"exclude\": true}}", "config.fields.Id.exclude: every table has this field")]
    [InlineData("\"fields\": {\"*\": {}, \"Fax\": {\"exclude\": 1}}", "config.fields.Fax.exclude: expected true or false")]
    [InlineData("\"fields\": {}, \"filter\": 7", "config.filter: expected a SOQL condition as text, found Number")]
    [InlineData("\"fields\": {}, \"filter\": \"Name = 'x\"", "config.filter: the text that begins at position 8")]
    [InlineData("\"fields\": {}, \"fresh_formulas\": \"no\"", "config.fresh_formulas: expected true or false, found \"no\"")]
    [InlineData("\"fields\": {}, \"on_drift\": \"stop\"", "config.on_drift: expected follow or ask, found \"stop\"")]
    [InlineData("\"fields\": {}, \"conflicts\": \"remote\"", "config.conflicts: expected local, salesforce or newest, found \"remote\"")]
    [InlineData("\"fields\": {}, \"conflict_columns\": [1]", "config.conflict_columns: expected an object such as {\"Phone\"")]
    [InlineData(
        "\"fields\": {}, \"conflict_columns\": {\"Fax\": true}",
        "config.conflict_columns.Fax: expected local, salesforce or newest, found true")]
    public void Refuses_what_goes_beyond_the_contract_in_a_wrong_way(string members, string expected) =>
        Should.Throw<ConfigurationException>(() => MappingFile.Parse(
            $$$"""{"mappings": [{"object_name": "A", "config": {"access": "read_only", {{{members}}} }}]}"""))
            .Message.ShouldContain(expected);

    private static ConnectionSettings Settings(string connection) => MappingFile.Parse(
        $$"""
        {"connection": {{connection}}, "mappings": [{"object_name": "A", "config": {"access": "read_only", "fields": {} } }]}
        """).Connection;
}
