using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Simulator.Data.Seeding;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Metadata.Formulas;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.Metadata;

/// <summary>Metadata files: what they declare, and that each mistake is a sentence with its JSON path.</summary>
public sealed class MetadataReaderTests
{
    [Fact]
    public void The_sample_file_has_every_field_type_and_can_be_seeded()
    {
        var types = MetadataReader.Load(Path.Combine(RepositoryRoot(), "docs", "examples", "simulator-metadata.json"));
        var widget = Find(types, "Widget__c");
        widget.Fields.Select(field => field.Type).Distinct().Order().ShouldBe(Enum.GetValues<FieldType>());
        widget.FindField("Site_Address__Street__s").ShouldNotBeNull().CompoundFieldName.ShouldBe("Site_Address__c");
        widget.FindField("Position__Latitude__s").ShouldNotBeNull().Scale.ShouldBe(6);
        Find(types, "Account").FindField("Score__c").ShouldNotBeNull();
        var part = Find(types, "Widget_Part__c");
        part.OrdinalOf("OwnerId").ShouldBe(-1);
        part.FindField("Widget__c").ShouldNotBeNull().IsUpdateable.ShouldBeFalse();

        var org = new Org(types, new FakeTimeProvider(SampleTime.Noon));
        new Seeder(org, new SimulatorOptions { Rows = 50 }).Run();
        org.FindTable("Widget__c").ShouldNotBeNull().Count.ShouldBe(500);
        var parts = org.FindTable("Widget_Part__c").ShouldNotBeNull();
        parts.Count.ShouldBe(1500);
        parts.Records.ShouldAllBe(record => record[part.OrdinalOf("Widget__c")] != null);
        var row = org.FindTable("Widget__c").ShouldNotBeNull().Records.First(record => record[widget.OrdinalOf("Margin__c")] != null);
        var price = row[widget.OrdinalOf("Price__c")].ShouldBeOfType<decimal>();
        var margin = row[widget.OrdinalOf("Margin__c")].ShouldBeOfType<decimal>();
        row[widget.OrdinalOf("Net_Price__c")].ShouldBe(decimal.Round(price - (price * margin / 100), 2, MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void The_standard_objects_have_their_fields()
    {
        var types = MetadataReader.Load(null).ToDictionary(type => type.Name, StringComparer.Ordinal);
        string[] expected = ["Account", "AccountHistory", "Attachment", "BusinessHours", "Campaign", "CampaignMember", "Case", "Contact",
            "ContentDocument", "ContentDocumentLink", "ContentVersion", "CronTrigger", "Event", "Group", "Lead", "Note", "Opportunity",
            "OpportunityContactRole", "OpportunityLineItem", "Organization", "PermissionSet", "PermissionSetAssignment", "Pricebook2",
            "PricebookEntry", "Product2", "Profile", "PushTopic", "RecordType", "StreamingChannel", "Task", "User"];
        types.Keys.Order(StringComparer.Ordinal).ShouldBe(expected);
        string[] fields = ["BillingCity", "ShippingPostalCode", "Sic", "SicDesc", "Jigsaw", "AccountSource", "Ownership",
            "TickerSymbol", "Rating", "Site"];
        fields.ShouldAllBe(field => types["Account"].OrdinalOf(field) > 0);
        foreach (var name in (string[])["Account", "Contact", "Opportunity"])
            types[name].FindField("Ext_Id__c").ShouldBeEquivalentTo(types["Account"].FindField("Ext_Id__c"));
        types["Account"].KeyPrefix.ShouldBe("001");
        types["User"].HasRecycleBin.ShouldBeFalse();
    }

    [Fact]
    public void Every_object_of_a_large_org_has_a_key_prefix_of_its_own()
    {
        using var folder = new TemporaryFolder();
        var objects = Enumerable.Range(0, 500).Select(number => $$"""{ "name": "Big{{number}}__c", "fields": [] }""");
        var file = folder.Combine("metadata.json");
        File.WriteAllText(file, $$"""{ "objects": [{{string.Join(',', objects)}}] }""");

        var prefixes = MetadataReader.Load(file).Where(type => type.IsCustom).Select(type => type.KeyPrefix).ToList();

        prefixes.Distinct(StringComparer.Ordinal).Count().ShouldBe(500);
        prefixes.ShouldAllBe(prefix => prefix.Length == 3 && prefix[0] == 'a');
    }

    [Theory]
    [InlineData("[]", "$", "expected an object, found a list.")]
    [InlineData("{", "$", "this is no JSON")]
    [InlineData("{\"objects\":[{\"label\":\"X\",\"fields\":[]}]}", "$.objects[0].name", "expected a text, found nothing.")]
    [InlineData("{\"objects\":[{\"name\":\"X__c\"}]}", "$.objects[0].fields", "expected a list of objects, found nothing.")]
    [InlineData("{\"objects\":[{\"name\":\"X__c\",\"colour\":1,\"fields\":[]}]}", "$.objects[0].colour", "this member is unknown")]
    [InlineData("{\"objects\":[{\"name\":\"X__c\",\"keyPrefix\":\"a\",\"fields\":[]}]}", "$.objects[0].keyPrefix",
        "expected three letters or digits")]
    public void A_mistake_in_an_object_names_its_path(string json, string path, string problem) => Expect(json, path, problem);

    [Theory]
    [InlineData("{\"name\":\"A__c\",\"type\":\"colour\"}", "type", "colour is no field type")]
    [InlineData("{\"name\":\"A-B\",\"type\":\"string\"}", "name", "A-B is no field name")]
    [InlineData("{\"name\":\"Id\",\"type\":\"string\"}", null, "The first field")]
    [InlineData("{\"name\":\"OwnerId\",\"type\":\"string\"}", "name", "X__c has a field OwnerId already")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"string\",\"length\":\"9\"}", "length", "expected a whole number")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"string\",\"unique\":1}", "unique", "expected true or false, found a number")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"reference\"}", "referenceTo", "names the objects")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"reference\",\"referenceTo\":[\"Nope\"]}", "referenceTo", "there is no object Nope")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"picklist\",\"restricted\":true}", "values", "needs its values")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"date\",\"externalId\":true}", "externalId", "string, double or email")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"string\",\"autoNumber\":\"W\"}", "autoNumber", "one run of zeros")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"int\",\"default\":\"many\"}", "default", "no value of a field of type Int")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"text\",\"formula\":\"IF(1,2,3)\"}", "formula",
        "character 4: IF expects a boolean as argument 1, found a number")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"text\",\"formula\":\"1 + 2\"}", "formula", "gives a number")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"number\",\"formula\":\"1 +\"}", "formula", "expected a literal, a field or a function")]
    [InlineData("{\"name\":\"A__c\",\"type\":\"time\",\"formula\":\"1\"}", "formula", "gives a string, a double")]
    public void A_mistake_in_a_field_names_its_path(string field, string? member, string problem)
    {
        var json = $"{{\"objects\":[{{\"name\":\"User\",\"fields\":[]}},{{\"name\":\"X__c\",\"fields\":[{field}]}}]}}";
        Expect(json, member is null ? "$.objects[1].fields[0].name" : $"$.objects[1].fields[0].{member}", member is null ? "Id" : problem);
    }

    [Theory]
    [InlineData("A__c & '-' & Name", "7-n")]
    [InlineData("'x' & Missing__c & \"y\"", "xy")]
    public void Text_formulas_join(string formula, string expected) => Evaluate("text", formula).ShouldBe(expected);

    [Theory]
    [InlineData("A__c + 2 * 3", 13)]
    [InlineData("(A__c + 2) * -3", -27)]
    [InlineData("A__c / 2 - 1", 2.5)]
    public void Number_formulas_calculate(string formula, double expected) => Evaluate("number", formula).ShouldBe((decimal)expected);

    [Fact]
    public void A_division_by_zero_is_blank() => Evaluate("number", "1 / (A__c - 7)").ShouldBeNull();

    private static object? Evaluate(string type, string formula)
    {
        var json = $$"""
            {"objects":[{"name":"User","fields":[]},{"name":"X__c","owner":false,"fields":[{"name":"A__c","type":"number","scale":2},
            {"name":"Missing__c","type":"text"},
            {"name":"F__c","type":"{{type}}","formula":{{System.Text.Json.JsonSerializer.Serialize(formula)}}}]}]}
            """;
        var x = Find(MetadataReader.Parse("test.json", json), "X__c");
        var values = new object?[x.Fields.Count];
        values[x.OrdinalOf("Name")] = "n";
        values[x.OrdinalOf("A__c")] = 7m;
        return FormulaParser.Parse(formula, x).Evaluate(FormulaRow.Of(values, SampleTime.Noon.UtcDateTime));
    }

    private static void Expect(string json, string path, string problem)
    {
        var error = Should.Throw<MetadataException>(() => MetadataReader.Parse("test.json", json));
        error.Path.ShouldBe(path);
        error.Message.ShouldStartWith($"test.json: {path}: ");
        error.Message.ShouldContain(problem);
    }

    private static ObjectType Find(IReadOnlyList<ObjectType> types, string name) =>
        types.Single(type => string.Equals(type.Name, name, StringComparison.Ordinal));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
            folder = folder.Parent;
        return folder.ShouldNotBeNull().FullName;
    }
}
