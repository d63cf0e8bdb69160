using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Composite;
using Tandem.Salesforce.Describe;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Writes one batch to the org and reads the written records back, so that what Salesforce fills and changes by itself is known
/// at once. Used by <see cref="PushLoop"/>.
/// </summary>
public sealed partial class RecordWriter(SalesforceClient salesforce, LostInserts lostInserts, ILogger<RecordWriter> logger)
{
    /// <summary>A query's ids stand in its address, which is short.</summary>
    private const int MostQueriedIds = 200;

    internal BulkIngestClient JobsOf(string objectName) => salesforce.For(objectName, CallKind.Push).BulkIngest;

    /// <summary>The inserts of a batch whose answer was lost and which the org has nevertheless.</summary>
    public Task<IReadOnlyList<Outcome>> FindLostAsync(
        ChangeBatch batch, OnDemandSession session, CancellationToken cancellationToken) =>
        lostInserts.FindAsync(batch, session, cancellationToken);

    /// <summary>
    /// Sends the batch in one call: Collections up to 200 records, above that Composite with several of them, one after the other.
    /// </summary>
    internal async Task<SendResult> SendAsync(ChangeBatch batch, PushOptions options, CancellationToken cancellationToken)
    {
        var outcomes = new List<Outcome>(batch.Changes.Count);
        var sendable = Preparation.Prepare(batch, options, outcomes);
        var asked = options.WritesOf(batch.Mapped.Name);
        if (sendable.Count == 0)
            return new SendResult(outcomes, Failure: null);
        try
        {
            if (sendable.Count > CollectionWrite.MostRows)
                return await SendTogetherAsync(batch, sendable, asked, outcomes, cancellationToken);
            Add(outcomes, batch.Operation, sendable, await CallAsync(batch, sendable, asked, cancellationToken));
            return new SendResult(outcomes, Failure: null);
        }
        catch (SalesforceException exception)
        {
            return new SendResult(outcomes, exception);
        }
    }

    /// <summary>
    /// Adds the written records, as the org has them now, to <paramref name="rows"/>; a failure leaves the rest to the next poll.
    /// </summary>
    /// <param name="atOnce">Records of one call.</param>
    /// <returns>The ids of those that were added.</returns>
    internal async Task<IReadOnlySet<string>> ReadBackAsync(
        MappedObject mapped, IReadOnlyList<SalesforceId> ids, int atOnce, CopyRows rows, CancellationToken cancellationToken)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        if (ids.Count == 0)
            return read;
        var encoder = new RowEncoder(mapped);
        var isQuery = mapped.Fields.Any(field => field.Lookup is not null);
        try
        {
            foreach (var part in ids.Chunk(isQuery ? MostQueriedIds : atOnce))
            {
                if (isQuery)
                    await QueryBackAsync(mapped, part, encoder, rows, read, cancellationToken);
                else
                    await RetrieveBackAsync(mapped, part, encoder, rows, read, cancellationToken);
            }
        }
        catch (SalesforceException exception)
        {
            LogNotReadBack(exception, ids.Count - read.Count, mapped.Name);
        }

        return read;
    }

    /// <summary>
    /// Adds those of the records that should be in the table, as the org has them now, to <paramref name="rows"/>. For records that no
    /// poll may bring any more, so a failure is not passed over.
    /// </summary>
    /// <returns>The ids of the others.</returns>
    internal async Task<IReadOnlyList<string>> ReadLiveAsync(
        MappedObject mapped, IReadOnlyList<SalesforceId> ids, CopyRows rows, CancellationToken cancellationToken)
    {
        var absent = ids.Select(id => id.Value).ToHashSet(StringComparer.Ordinal);
        var encoder = new RowEncoder(mapped);
        foreach (var part in ids.Chunk(MostQueriedIds))
        {
            var query = ChangeQuery.LiveAmong(mapped, part.Select(id => id.Value), mapped.SelectList);
            await foreach (var page in OrgOf(mapped).Soql.QueryAsync(query, mapped.HasRecycleBin, cancellationToken))
            {
                using (page)
                {
                    foreach (var record in page.Records)
                    {
                        encoder.Encode(record, rows);
                        absent.Remove(record.GetProperty("Id").GetString() ?? "");
                    }
                }
            }
        }

        return [.. absent];
    }

    /// <summary>Why the user may do this to no record of the object at all; null when it was about the record.</summary>
    internal async Task<string?> FindBarAsync(MappedObject mapped, WriteOperation operation, CancellationToken cancellationToken)
    {
        var found = await FindAsync();
        var (mayDo, what) = operation switch
        {
            WriteOperation.Create => (found?.IsCreateable, "create"),
            WriteOperation.Upsert => (found?.IsCreateable is true && found.IsUpdateable, "make and edit"),
            WriteOperation.Delete => (found?.IsDeletable, "delete"),
            _ => (found?.IsUpdateable, "edit"),
        };
        return mayDo is true
            ? null
            : $"{mapped.Name}: the integration user may not {what} its records any more; give the user that permission, then recover it.";

        async Task<SObjectDescription?> FindAsync()
        {
            try
            {
                return await OrgOf(mapped).Describe.DescribeAsync(mapped.Name, cancellationToken);
            }
            catch (SalesforceException exception)
                when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
            {
                return null;
            }
        }
    }

    /// <summary>A delete of what is gone already has reached its aim.</summary>
    internal static WriteResult Interpret(WriteOperation operation, SalesforceId? sent, WriteResult result) =>
        operation == WriteOperation.Delete && !result.IsSaved && FaultPolicy.IsGone(result.Code) && sent is { } id
            ? WriteResult.Saved(id, created: false)
            : result;

    private SalesforceClient OrgOf(MappedObject mapped) => salesforce.For(mapped.Name, CallKind.Push);

    private async Task<SendResult> SendTogetherAsync(
        ChangeBatch batch,
        List<PreparedChange> sendable,
        WriteOptions asked,
        List<Outcome> outcomes,
        CancellationToken cancellationToken)
    {
        var parts = Preparation.SortByParent(batch.Mapped, sendable).Chunk(CollectionWrite.MostRows).ToList();
        var writes = parts.ConvertAll(part => new CollectionWrite
        {
            Operation = OperationOf(batch.Operation),
            ObjectName = batch.Mapped.Name,
            ExternalIdField = batch.Operation == WriteOperation.Upsert ? batch.Mapped.UniqueIdentifier?.Description.Name : null,
            Rows = [.. part.Select(prepared => prepared.Row)],
            Options = asked,
        });
        var answers = await OrgOf(batch.Mapped).Composite.WriteAsync(writes, cancellationToken);
        SalesforceException? failure = null;
        foreach (var (part, answer) in parts.Zip(answers))
        {
            // Of several, the one that leaves most open decides about all that is left.
            if (answer.Failure is not null)
                failure = failure is { IsUncertain: true } ? failure : answer.Failure;
            else
                Add(outcomes, batch.Operation, part, answer.Results);
        }

        return new SendResult(outcomes, failure);
    }

    private static void Add(
        List<Outcome> outcomes, WriteOperation operation, IReadOnlyList<PreparedChange> sent, IReadOnlyList<WriteResult> results) =>
        outcomes.AddRange(
            sent.Zip(results, (prepared, result) => new Outcome(prepared.Change, Interpret(operation, prepared.Row.Id, result))));

    private Task<IReadOnlyList<WriteResult>> CallAsync(
        ChangeBatch batch, IReadOnlyList<PreparedChange> sendable, WriteOptions asked, CancellationToken cancellationToken)
    {
        var (name, records) = (batch.Mapped.Name, OrgOf(batch.Mapped).Records.With(asked));
        return batch.Operation switch
        {
            WriteOperation.Create => records.CreateAsync(
                name, [.. sendable.Select(prepared => prepared.Row.Fields)], cancellationToken),
            WriteOperation.Upsert when batch.Mapped.UniqueIdentifier is { } unique => records.UpsertAsync(
                name, unique.Description.Name, [.. sendable.Select(prepared => prepared.Row.Fields)], cancellationToken),
            WriteOperation.Update => records.UpdateAsync(
                name,
                [.. sendable.Select(prepared => new RecordUpdate(prepared.Row.Id ?? default, prepared.Row.Fields))],
                cancellationToken),
            WriteOperation.Delete => records.DeleteAsync(
                [.. sendable.Select(prepared => prepared.Row.Id ?? default)], cancellationToken),
            _ => throw Unsendable(batch.Operation),
        };
    }

    private static CollectionOperation OperationOf(WriteOperation operation) => operation switch
    {
        WriteOperation.Create => CollectionOperation.Create,
        WriteOperation.Upsert => CollectionOperation.Upsert,
        WriteOperation.Update => CollectionOperation.Update,
        WriteOperation.Delete => CollectionOperation.Delete,
        _ => throw Unsendable(operation),
    };

    private static InvalidOperationException Unsendable(WriteOperation operation) =>
        new($"A batch with the operation {operation} cannot be sent.");

    private async Task RetrieveBackAsync(
        MappedObject mapped,
        IReadOnlyList<SalesforceId> ids,
        RowEncoder encoder,
        CopyRows rows,
        HashSet<string> read,
        CancellationToken cancellationToken)
    {
        var names = mapped.Fields.Select(field => field.Description.Name).ToList();
        using var found = await OrgOf(mapped).Records.RetrieveAsync(mapped.Name, ids, names, cancellationToken);
        foreach (var (id, record) in ids.Zip(found.Records))
        {
            if (record is { } present && encoder.Encode(present, rows))
                read.Add(id.Value);
        }
    }

    /// <summary>A retrieve takes no fields of parents, which relationship external ids are.</summary>
    private async Task QueryBackAsync(
        MappedObject mapped,
        IReadOnlyList<SalesforceId> ids,
        RowEncoder encoder,
        CopyRows rows,
        HashSet<string> read,
        CancellationToken cancellationToken)
    {
        var condition = $"Id IN ({string.Join(',', ids.Select(id => SoqlText.Literal(id.Value)))})";
        await foreach (var page in OrgOf(mapped).Soql.QueryAsync(mapped.Select(condition), includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                {
                    if (encoder.Encode(record, rows) && record.GetProperty("Id").GetString() is { } id)
                        read.Add(id);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Records} written records of {ObjectName} could not be read back; the next poll brings them")]
    private partial void LogNotReadBack(Exception exception, int records, string objectName);
}
