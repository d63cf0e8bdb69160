using System.Xml;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Soap;

/// <summary>Writes up to 200 records in one call, each with its own result in the order of the request. Source: salesforce-api.md,
/// section 7.</summary>
internal sealed class SoapSaves(Org org, RecordSaver saver)
{
    private const int MaxRecords = 200;
    private const int MaxChunks = 10;

    public async Task<Action<XmlWriter>> CreateAsync(SoapCall call, Caller caller, CancellationToken cancellationToken)
    {
        var drafts = Drafts(call, caller, takesId: false);
        return Answer(await saver.CreateAsync(drafts, call.AllOrNone, caller, cancellationToken), isUpsert: false);
    }

    public async Task<Action<XmlWriter>> UpdateAsync(SoapCall call, Caller caller, CancellationToken cancellationToken)
    {
        var drafts = Drafts(call, caller, takesId: true);
        return Answer(await saver.UpdateAsync(drafts, call.AllOrNone, caller, cancellationToken), isUpsert: false);
    }

    public async Task<Action<XmlWriter>> UpsertAsync(SoapCall call, Caller caller, CancellationToken cancellationToken)
    {
        var read = Drafts(call, caller, takesId: false);
        if (read.Count == 0 || read[0].Table is not { } table)
            return Answer([], isUpsert: true);
        var name = call.Operation.TextOf("externalIDFieldName");
        var ordinal = table.Type.OrdinalOf(name);
        if (ordinal < 0 || !table.Type.Fields[ordinal].IsIdLookup)
        {
            throw SoapFault.Of("INVALID_FIELD", $"Field name provided, {name} does not match an External ID, Salesforce Id, or indexed "
                + $"field for {table.Type.Name}");
        }

        var keys = new List<object?>();
        var drafts = new List<RecordDraft>();
        foreach (var draft in read)
        {
            var isOther = !ReferenceEquals(draft.Table, table);
            keys.Add(isOther ? null : draft.Values.GetValueOrDefault(ordinal));
            drafts.Add(isOther
                ? draft with { Table = null, Errors = [OtherType(table, draft)] }
                : draft.Without(ordinal));
        }

        var results = await saver.UpsertAsync(drafts, ordinal, keys, isUpdateOnly: false, call.AllOrNone, caller, cancellationToken);
        return Answer(results, isUpsert: true);
    }

    public async Task<Action<XmlWriter>> DeleteAsync(SoapCall call, Caller caller, CancellationToken cancellationToken) =>
        Answer(await saver.DeleteAsync(Ids(call), call.AllOrNone, caller, cancellationToken), isUpsert: false);

    public async Task<Action<XmlWriter>> UndeleteAsync(SoapCall call, Caller caller, CancellationToken cancellationToken) =>
        Answer(await saver.UndeleteAsync(Ids(call), call.AllOrNone, caller, cancellationToken), isUpsert: false);

    public async Task<Action<XmlWriter>> EmptyRecycleBinAsync(SoapCall call, Caller caller, CancellationToken cancellationToken) =>
        Answer(await saver.EmptyRecycleBinAsync(Ids(call), call.AllOrNone, caller, cancellationToken), isUpsert: false);

    /// <summary>Each request is a transaction of its own: a master with its new values, and the records that go into it.</summary>
    public async Task<Action<XmlWriter>> MergeAsync(SoapCall call, Caller caller, CancellationToken cancellationToken)
    {
        List<SoapNode> requests = [.. call.Operation.Children.Where(child => child.Name is "request" or "mergeRequests")];
        RefuseMany(requests.Count);
        var merges = requests.ConvertAll(request => (
            Master: SObjectJson.ReadDraft(org, request.Find("masterRecord")
                ?? throw SoapFault.Of("MISSING_ARGUMENT", "A merge request needs a masterRecord"), takesId: true, caller),
            Losers: request.TextsOf("recordToMergeIds")));
        var results = new List<MergeResult>(merges.Count);
        foreach (var (master, losers) in merges)
            results.Add(await org.MergeAsync(master, losers, caller, cancellationToken));
        return writer =>
        {
            foreach (var result in results)
            {
                writer.WriteStartElement("result");
                WriteErrors(writer, result.Errors);
                writer.Write("id", result.IsSuccess ? result.Id : null);
                foreach (var id in result.MergedRecordIds)
                    writer.Write("mergedRecordIds", id);
                writer.Write("success", result.IsSuccess);
                foreach (var id in result.UpdatedRelatedIds)
                    writer.Write("updatedRelatedIds", id);
                writer.WriteEndElement();
            }
        };
    }

    private List<RecordDraft> Drafts(SoapCall call, Caller caller, bool takesId)
    {
        List<SoapNode> nodes = [.. call.Operation.All("sObjects")];
        RefuseMany(nodes.Count);
        var types = nodes.ConvertAll(SObjectJson.TypeOf);
        var chunks = types.Zip(types.Skip(1), (one, next) => one != next).Count(differ => differ) + 1;
        if (chunks > MaxChunks)
            throw SoapFault.Of("LIMIT_EXCEEDED",
                $"The records change their type too often: expected at most {MaxChunks} runs, found {chunks}");
        return nodes.ConvertAll(node => SObjectJson.ReadDraft(org, node, takesId, caller));
    }

    private static IReadOnlyList<string> Ids(SoapCall call)
    {
        // Older clients and the command line's examples write the element in capitals.
        var ids = call.Operation.TextsOf("ids");
        if (ids.Count == 0)
            ids = call.Operation.TextsOf("ID");
        RefuseMany(ids.Count);
        return ids;
    }

    private static void RefuseMany(int count)
    {
        if (count > MaxRecords)
            throw SoapFault.Of("EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit more than {MaxRecords} records into this call");
    }

    private static SaveError OtherType(ObjectTable table, RecordDraft draft) => new()
    {
        StatusCode = "INVALID_TYPE",
        Message = $"All records of an upsert must be of one type: expected {table.Type.Name}, found {draft.Table?.Type.Name}",
    };

    private static Action<XmlWriter> Answer(IReadOnlyList<SaveResult> results, bool isUpsert) => writer =>
    {
        foreach (var result in results)
        {
            writer.WriteStartElement("result");
            if (isUpsert)
                writer.Write("created", result.IsCreated);
            WriteErrors(writer, result.Errors);
            writer.Write("id", result.IsSuccess ? result.Id : null);
            writer.Write("success", result.IsSuccess);
            writer.WriteEndElement();
        }
    };

    private static void WriteErrors(XmlWriter writer, IEnumerable<SaveError> errors)
    {
        foreach (var error in errors)
        {
            writer.WriteStartElement("errors");
            foreach (var field in error.Fields)
                writer.Write("fields", field);
            writer.Write("message", error.Message);
            writer.Write("statusCode", error.StatusCode);
            writer.WriteEndElement();
        }
    }
}
