using System.Text.Json;

namespace Tandem.Tests.EndToEnd;

/// <summary>An object that the tests map, with its fields; the mapping file and the comparison are made from it.</summary>
internal sealed record MappedTable(string ObjectName, string? UpsertField, params string[] Fields)
{
    public static readonly MappedTable Account = new(
        "Account",
        "Ext_Id__c",
        "Id", "IsDeleted", "SystemModstamp", "CreatedDate", "Name", "Ext_Id__c", "Type", "Phone", "AnnualRevenue", "NumberOfEmployees",
        "Description", "OwnerId");

    public static readonly MappedTable Contact = new(
        "Contact",
        null,
        "Id", "IsDeleted", "SystemModstamp", "CreatedDate", "Name", "FirstName", "LastName", "AccountId", "Title", "Email", "Birthdate",
        "Description", "HasOptedOutOfEmail");

    public string Table => ObjectName.ToLowerInvariant();

    /// <summary>Writes a mapping file that polls every second (heroku-connect.md, section 11).</summary>
    public static string WriteFile(string path, params MappedTable[] tables)
    {
        var file = new
        {
            version = 1,
            mappings = tables.Select(table => new
            {
                object_name = table.ObjectName,
                config = new
                {
                    access = "read_write",
                    sf_polling_seconds = 1,
                    upsert_field = table.UpsertField,
                    fields = table.Fields.ToDictionary(field => field, _ => new { }),
                },
            }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(file));
        return path;
    }

    public static string ColumnOf(string field) => field == "Id" ? "sfid" : field.ToLowerInvariant();
}
