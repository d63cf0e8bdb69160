using System.Text.Json.Nodes;
using Tandem.Salesforce;
using Tandem.Salesforce.Records;

namespace Tandem.Server.Demo;

/// <summary>A person on the org's side: edits and looks up contacts through Salesforce's own API.</summary>
public sealed class DemoOrg(SalesforceClient salesforce)
{
    private const string ObjectName = "Contact";

    public async Task<SalesforceId> InsertAsync(string externalId, string lastName, CancellationToken cancellationToken)
    {
        var contact = new JsonObject { ["LastName"] = lastName, ["Email"] = $"{externalId}@demo.test", ["Ext_Id__c"] = externalId };
        return Saved(await salesforce.Records.CreateAsync(ObjectName, [contact], cancellationToken));
    }

    public async Task UpdateAsync(SalesforceId id, string title, CancellationToken cancellationToken) =>
        Saved(
            await salesforce.Records.UpdateAsync(
                ObjectName, [new RecordUpdate(id, new JsonObject { ["Title"] = title })], cancellationToken));

    public async Task DeleteAsync(SalesforceId id, CancellationToken cancellationToken) =>
        Saved(await salesforce.Records.DeleteAsync([id], cancellationToken));

    /// <summary>The live contact with this external id; null when the org has none.</summary>
    public async Task<DemoContact?> FindAsync(string externalId, CancellationToken cancellationToken)
    {
        using var found = await salesforce.Soql.FindAsync(ObjectName, ["Id", "Title"], "Ext_Id__c", externalId, cancellationToken);
        return found.Records is [var record]
            ? new DemoContact(record.GetProperty("Id").GetString(), record.GetProperty("Title").GetString())
            : null;
    }

    private static SalesforceId Saved(IReadOnlyList<WriteResult> results) => results switch
    {
        [{ IsSaved: true, Id: { } id }] => id,
        [{ Code: { } code, Message: var message }] => throw new SalesforceException(code, $"The org refused a contact: {message}"),
        _ => throw new SalesforceException(SalesforceErrorCodes.UnexpectedAnswer, "The org answered a contact without an outcome."),
    };
}
