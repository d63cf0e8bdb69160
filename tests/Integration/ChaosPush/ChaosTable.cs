using Tandem.Sync.Catalog;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>One of the related tables: the columns that writers write, and the ways to name a parent.</summary>
internal sealed record ChaosTable
{
    public static readonly ChaosTable Account = new()
    {
        ObjectName = "Account", NameField = "Name", NoteField = "Phone", Parents = [],
    };

    public static readonly ChaosTable Contact = new()
    {
        ObjectName = "Contact",
        NameField = "LastName",
        NoteField = "Title",
        Parents = [new("AccountId", "account", "account__ext_id__c"), new("ReportsToId", "contact", null)],
    };

    public static readonly ChaosTable Opportunity = new()
    {
        ObjectName = "Opportunity",
        NameField = "Name",
        NoteField = "NextStep",
        Parents = [new("AccountId", "account", null), new("ContactId", "contact", null)],
        Constants = new Dictionary<string, string> { ["StageName"] = "Prospecting", ["CloseDate"] = "2030-01-31" },
    };

    public static readonly IReadOnlyList<ChaosTable> All = [Account, Contact, Opportunity];

    public required string ObjectName { get; init; }

    /// <summary>Tells of a record by which insert it was made; written by no update.</summary>
    public required string NameField { get; init; }

    /// <summary>Written by some changes, so that a change that lost some of its columns is seen.</summary>
    public required string NoteField { get; init; }

    public required IReadOnlyList<ChaosLookup> Parents { get; init; }

    /// <summary>What the org demands of a new record.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    public string Name => ObjectName.ToLowerInvariant();

    /// <summary>Written by each change, with a value of its own: it tells which change a record has seen last.</summary>
    public static string MarkField => "Description";

    /// <summary>The fields whose values are compared.</summary>
    public IReadOnlyList<string> Fields => [NameField, NoteField, MarkField];

    public static ChaosTable Of(string table) => All.Single(candidate => candidate.Name == table);

    public static IReadOnlyList<Mapping> Mappings(ChaosKeys keys) => [.. All.Select(table => table.Map(keys))];

    private Mapping Map(ChaosKeys keys)
    {
        var hasKey = keys == ChaosKeys.All || (keys == ChaosKeys.Parents && this == Account);
        string[] fields =
        [
            .. Fields, "Ext_Id__c", .. Constants.Keys, .. ObjectName == "Contact" ? ["Email"] : Array.Empty<string>(),
            .. Parents.Select(lookup => lookup.Field), .. Parents.Select(lookup => lookup.KeyField).OfType<string>(), "CreatedDate",
        ];
        return SyncWorld.ReadWrite(ObjectName, hasKey ? "Ext_Id__c" : null, fields);
    }
}
