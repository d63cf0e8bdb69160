using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Bench.Capture;

/// <summary>The captured table, made as a start of Tandem makes it; plain_table.sql has the same columns and indexes.</summary>
internal static class CaptureTable
{
    private static readonly TableDefinition Definition = new()
    {
        Schema = "salesforce",
        Name = "account",
        Columns =
        [
            new("isdeleted", new ColumnType(ColumnKind.Boolean)),
            new("systemmodstamp", new ColumnType(ColumnKind.Timestamp)),
            new("createddate", new ColumnType(ColumnKind.Timestamp)),
            new("lastmodifieddate", new ColumnType(ColumnKind.Timestamp)),
            new("name", Varchar(255)),
            new("type", Varchar(255)),
            new("industry", Varchar(255)),
            new("phone", Varchar(40)),
            new("website", Varchar(255)),
            new("annualrevenue", new ColumnType(ColumnKind.Double)),
            new("numberofemployees", new ColumnType(ColumnKind.Integer)),
            new("description", new ColumnType(ColumnKind.Text)),
            new("billingstreet", Varchar(255)),
            new("billingcity", Varchar(40)),
            new("billingstate", Varchar(80)),
            new("billingpostalcode", Varchar(20)),
            new("billingcountry", Varchar(80)),
            new("ownerid", Varchar(18)),
            new("parentid", Varchar(18)),
            new("accountnumber", Varchar(40)),
            new("rating", Varchar(255)),
            new("accountsource", Varchar(255)),
            new("ext_id__c", Varchar(36)),
            new("since__c", new ColumnType(ColumnKind.Date)),
            new("sfid", Varchar(18)),
        ],
        Indexes = [new("sfid", true), new("systemmodstamp", false)],
        Capture = CaptureMode.ReadWrite,
    };

    public static async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var table = new SyncedTable(Definition);
        await new ServiceSchema(Definition.Schema).InstallAsync(connection, cancellationToken);
        await table.CreateAsync(connection, cancellationToken);
        await table.CreateIndexesAsync(connection, cancellationToken);
        await table.InstallCaptureAsync(connection, cancellationToken);
    }

    private static ColumnType Varchar(int length) => new(ColumnKind.Varchar, length);
}
