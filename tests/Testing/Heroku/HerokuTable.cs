namespace Tandem.Testing.Heroku;

/// <summary>A table as Heroku Connect makes it, for one object of the org.</summary>
public sealed record HerokuTable
{
    public static readonly HerokuTable Account = new()
    {
        ObjectName = "Account",
        Columns =
        [
            ("Name", "varchar(255)"), ("Phone", "varchar(40)"), ("Industry", "varchar(255)"), ("AnnualRevenue", "double precision"),
            ("NumberOfEmployees", "integer"), ("Description", "text"), ("CreatedDate", "timestamp without time zone"),
            ("Ext_Id__c", "varchar(36)"),
        ],
        UpsertField = "Ext_Id__c",
        Indexed = ["Name"],
    };

    public static readonly HerokuTable Contact = new()
    {
        ObjectName = "Contact",
        Columns =
        [
            ("LastName", "varchar(80)"), ("FirstName", "varchar(40)"), ("Name", "varchar(121)"), ("Email", "varchar(80)"),
            ("Birthdate", "date"), ("HasOptedOutOfEmail", "boolean"), ("AccountId", "varchar(18)"), ("Description", "text"),
            ("CreatedDate", "timestamp without time zone"), ("Account.Ext_Id__c", "varchar(36)"),
        ],
    };

    /// <summary>A custom object of docs/examples/simulator-metadata.json.</summary>
    public static readonly HerokuTable Widget = new()
    {
        ObjectName = "Widget__c",
        Columns =
        [
            ("Name", "varchar(80)"), ("Code__c", "varchar(40)"), ("Color__c", "varchar(255)"), ("Account__c", "varchar(18)"),
            ("Is_Ready__c", "boolean"), ("Built_On__c", "date"), ("Tested_At__c", "timestamp without time zone"),
            ("Opens_At__c", "time without time zone"), ("Net_Price__c", "double precision"),
        ],
        IsReadOnly = true,
    };

    public required string ObjectName { get; init; }

    /// <summary>Fields, or paths to a parent's external id, with the types that Heroku Connect gives them.</summary>
    public required IReadOnlyList<(string Field, string Type)> Columns { get; init; }

    public string? UpsertField { get; init; }

    public IReadOnlyList<string> Indexed { get; init; } = [];

    public bool IsReadOnly { get; init; }

    public string Name => ObjectName.ToLowerInvariant();

    /// <summary>The fields that are asked for in the org.</summary>
    public IEnumerable<string> Fields => Columns.Select(column => column.Field).Concat(["Id", "SystemModstamp", "IsDeleted"]);

    /// <summary>Older mappings spell a path with two underscores.</summary>
    public static string ColumnOf(string field) =>
        field == "Id" ? "sfid" : field.Replace(".", "__", StringComparison.Ordinal).ToLowerInvariant();
}
