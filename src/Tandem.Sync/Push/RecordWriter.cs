using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Writes one batch to the org and reads the written records back, so that what Salesforce fills and changes by itself is known
/// at once. Used by <see cref="PushLoop"/>.
/// </summary>
public sealed partial class RecordWriter(SalesforceClient salesforce, LostInserts lostInserts, ILogger<RecordWriter> logger)
{
    private const string NeverInserted =
        "The record was never inserted in Salesforce, so there is nothing to change; see the insert's own error.";

    /// <summary>The inserts of a batch whose answer was lost and which the org has nevertheless.</summary>
    public Task<IReadOnlyList<Outcome>> FindLostAsync(
        ChangeBatch batch, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        lostInserts.FindAsync(batch.Mapped, batch.Changes, connection, cancellationToken);

    /// <summary>Sends the batch in one call.</summary>
    /// <returns>One outcome for each change, in no certain order.</returns>
    /// <exception cref="SalesforceException">The call as a whole failed; nothing is known of any record when it says it is
    /// uncertain.</exception>
    public async Task<IReadOnlyList<Outcome>> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var outcomes = new List<Outcome>(batch.Changes.Count);
        var sendable = Prepare(batch, outcomes);
        if (sendable.Changes.Count == 0)
            return outcomes;
        var results = await CallAsync(sendable, cancellationToken);
        outcomes.AddRange(
            sendable.Changes.Zip(results, (change, result) => new Outcome(change, Interpret(sendable.Operation, change, result))));
        return outcomes;
    }

    /// <summary>
    /// Adds the written records, as the org has them now, to <paramref name="rows"/>; a failure leaves that to the next poll.
    /// </summary>
    public async Task ReadBackAsync(
        MappedObject mapped, IReadOnlyList<Outcome> outcomes, CopyRows rows, CancellationToken cancellationToken)
    {
        var ids = outcomes
            .Where(outcome => outcome.Result.IsSaved && outcome.Change.Action != ChangeAction.Delete)
            .Select(outcome => outcome.Result.Id)
            .OfType<SalesforceId>()
            .Distinct()
            .ToList();
        if (ids.Count == 0)
            return;
        try
        {
            var encoder = new RowEncoder(mapped);
            if (mapped.Fields.Any(field => field.Lookup is not null))
                await QueryBackAsync(mapped, ids, encoder, rows, cancellationToken);
            else
                await RetrieveBackAsync(mapped, ids, encoder, rows, cancellationToken);
        }
        catch (SalesforceException exception)
        {
            rows.Clear();
            LogNotReadBack(exception, ids.Count, mapped.Name);
        }
    }

    private async Task RetrieveBackAsync(
        MappedObject mapped, List<SalesforceId> ids, RowEncoder encoder, CopyRows rows, CancellationToken cancellationToken)
    {
        var names = mapped.Fields.Select(field => field.Description.Name).ToList();
        using var found = await salesforce.Records.RetrieveAsync(mapped.Name, ids, names, cancellationToken);
        foreach (var record in found.Records)
        {
            if (record is { } present)
                encoder.Encode(present, rows);
        }
    }

    /// <summary>A retrieve takes no fields of parents, which relationship external ids are.</summary>
    private async Task QueryBackAsync(
        MappedObject mapped, List<SalesforceId> ids, RowEncoder encoder, CopyRows rows, CancellationToken cancellationToken)
    {
        var condition = $"Id IN ({string.Join(',', ids.Select(id => SoqlText.Literal(id.Value)))})";
        await foreach (var page in salesforce.Soql.QueryAsync(mapped.Select(condition), includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                    encoder.Encode(record, rows);
            }
        }
    }

    /// <summary>Settles at once what needs no call or cannot be sent.</summary>
    private static ChangeBatch Prepare(ChangeBatch batch, List<Outcome> outcomes)
    {
        var sendable = new List<Change>();
        foreach (var change in batch.Changes)
        {
            if (change.Problem is { } unreadable)
                outcomes.Add(new Outcome(change, WriteResult.Rejected("TANDEM_INVALID_ENTRY", unreadable, [])));
            else if (batch.Operation == WriteOperation.Unsendable)
                outcomes.Add(new Outcome(change, WriteResult.Rejected("TANDEM_NEVER_INSERTED", NeverInserted, [])));
            else if (FindUnsendable(batch, change) is { } problem)
                outcomes.Add(new Outcome(change, WriteResult.Rejected("TANDEM_INVALID_VALUE", problem, [])));
            else if (RecordPayload.IsEmpty(batch.Mapped, change, batch.Operation) && SalesforceId.TryParse(change.Sfid, out var id))
                outcomes.Add(new Outcome(change, WriteResult.Saved(id, created: false)));
            else
                sendable.Add(change);
        }

        return batch with { Changes = sendable };
    }

    private static string? FindUnsendable(ChangeBatch batch, Change change)
    {
        try
        {
            if (batch.Operation is WriteOperation.Update or WriteOperation.Delete && !SalesforceId.TryParse(change.Sfid, out _))
                return "The sfid is no Salesforce id; it must not be changed by hand.";
            _ = RecordPayload.Build(batch.Mapped, change, batch.Operation);
            return null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return exception.Message;
        }
    }

    private Task<IReadOnlyList<WriteResult>> CallAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var (name, records) = (batch.Mapped.Name, salesforce.Records);
        return batch.Operation switch
        {
            WriteOperation.Create => records.CreateAsync(
                name, [.. batch.Changes.Select(change => RecordPayload.Build(batch.Mapped, change, batch.Operation))], cancellationToken),
            WriteOperation.Upsert when batch.Mapped.UniqueIdentifier is { } unique => records.UpsertAsync(
                name,
                unique.Description.Name,
                [.. batch.Changes.Select(change => RecordPayload.Build(batch.Mapped, change, batch.Operation))],
                cancellationToken),
            WriteOperation.Update => records.UpdateAsync(
                name,
                [
                    .. batch.Changes.Select(change => new RecordUpdate(
                        SalesforceId.Parse(change.Sfid ?? ""), RecordPayload.Build(batch.Mapped, change, batch.Operation))),
                ],
                cancellationToken),
            WriteOperation.Delete => records.DeleteAsync(
                [.. batch.Changes.Select(change => SalesforceId.Parse(change.Sfid ?? ""))], cancellationToken),
            _ => throw new InvalidOperationException($"A batch of {name} with the operation {batch.Operation} cannot be sent."),
        };
    }

    /// <summary>A delete of what is gone already has reached its aim; an update's result names the id it was sent with.</summary>
    private static WriteResult Interpret(WriteOperation operation, Change change, WriteResult result)
    {
        if (operation == WriteOperation.Delete && !result.IsSaved && FaultPolicy.IsGone(result.Code))
            return WriteResult.Saved(SalesforceId.Parse(change.Sfid ?? ""), created: false);
        return result;
    }

    [LoggerMessage(LogLevel.Warning, "{Records} written records of {ObjectName} could not be read back; the next poll brings them")]
    private partial void LogNotReadBack(Exception exception, int records, string objectName);
}
