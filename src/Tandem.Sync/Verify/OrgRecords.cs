using System.Text.Json;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>Records read by their ids as the org shows them at this moment; owns the bytes that they are read from.</summary>
internal sealed class OrgRecords : IDisposable
{
    private readonly List<QueryPage> _pages = [];

    private OrgRecords()
    {
    }

    public Dictionary<string, JsonElement> ById { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that the table should hold, with all mapped fields.</summary>
    public static Task<OrgRecords> ReadAsync(
        SalesforceClient salesforce, MappedObject mapped, IReadOnlyList<string> sfids, CancellationToken cancellationToken) =>
        ReadAsync(
            salesforce,
            sfids,
            hasId => mapped.Select(OrgScope.Narrow(mapped, hasId)),
            OrgScope.IncludesDeleted(mapped),
            cancellationToken);

    /// <summary>Those that the org shows at all, deleted or outside of the filter, with their stamps.</summary>
    public static Task<OrgRecords> ReadTracesAsync(
        SalesforceClient salesforce, MappedObject mapped, IReadOnlyList<string> sfids, CancellationToken cancellationToken) =>
        ReadAsync(
            salesforce,
            sfids,
            hasId => $"SELECT {mapped.CursorField}, Id FROM {mapped.Name} WHERE {hasId}",
            mapped.HasRecycleBin,
            cancellationToken);

    public static DateTime? StampOf(MappedObject mapped, JsonElement record) =>
        ValueCheck.Read(record, mapped.CursorField) is { } text ? SalesforceTime.Parse(text) : null;

    public void Dispose() => _pages.ForEach(page => page.Dispose());

    private static bool IsId(string sfid) => SalesforceId.TryParse(sfid, out var id) && id.Value == sfid;

    private static string HasId(IEnumerable<string> sfids) => $"Id IN ({string.Join(',', sfids.Select(SoqlText.Literal))})";

    private static async Task<OrgRecords> ReadAsync(
        SalesforceClient salesforce,
        IReadOnlyList<string> sfids,
        Func<string, string> toQuery,
        bool includeDeleted,
        CancellationToken cancellationToken)
    {
        var records = new OrgRecords();

        // The org refuses a whole query for one id that cannot be; such an id stands for no record.
        var ids = sfids.Where(IsId).ToList();
        if (ids.Count == 0)
            return records;
        try
        {
            var query = toQuery(HasId(ids));
            await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted, cancellationToken))
            {
                records._pages.Add(page);
                foreach (var record in page.Records)
                    records.ById[ValueCheck.Read(record, "Id") ?? ""] = record;
            }

            return records;
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }
}
