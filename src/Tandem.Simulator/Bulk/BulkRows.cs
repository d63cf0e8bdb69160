using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// Saves rows for both versions of the Bulk API: 200 rows are a transaction of their own, each row fails for itself. The caller of every
/// save comes through the door <c>bulk</c>. Source: salesforce-api.md, sections 3.1 and 9.2.
/// </summary>
internal sealed class BulkRows(Org org, RecordSaver saver)
{
    public const int ChunkRows = 200;

    public Org Org { get; } = org;

    /// <summary>A row of CSV, or the reason why it is none, to be saved with the others.</summary>
    public RecordDraft Read(BulkTarget target, CsvColumns columns, CsvParser row)
    {
        if (columns.Refuse(row) is { } refusal)
            return new RecordDraft { Table = target.Table, Errors = [refusal] };
        using var json = JsonDocument.Parse(columns.ToJson(row));
        return Read(target, json.RootElement);
    }

    /// <summary>A row's JSON, taken apart as the operation needs it: the Id beside the values, an upsert's key left in.</summary>
    public RecordDraft Read(BulkTarget target, JsonElement json)
    {
        var draft = DraftReader.Read(Org, target.Table, null, json);
        draft = draft with { Errors = [.. draft.Errors.Select(error => InBulkWords(error, target, json))] };
        if (target.Operation is BulkOperation.Insert or BulkOperation.Upsert)
            return draft;

        // The id is judged by the save, which knows what an id of another object means.
        var id = json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().FirstOrDefault(member => member.Name.Equals("Id", StringComparison.OrdinalIgnoreCase)).Value : default;
        return draft.Without(0) with
        {
            Id = id.ValueKind == JsonValueKind.String ? id.GetString() : null,
            Errors = [.. draft.Errors.Where(error => error.StatusCode != "MALFORMED_ID" || error.Fields is not ["Id"])],
        };
    }

    /// <summary>Saves one chunk; the results stand beside the drafts.</summary>
    public async Task<IReadOnlyList<SaveResult>> SaveAsync(
        BulkTarget target, IReadOnlyList<RecordDraft> drafts, Caller caller, CancellationToken cancellationToken) => target.Operation switch
        {
            BulkOperation.Insert => await saver.CreateAsync(drafts, allOrNone: false, caller, cancellationToken),
            BulkOperation.Update => await saver.UpdateAsync(drafts, allOrNone: false, caller, cancellationToken),
            BulkOperation.Upsert => await UpsertAsync(target, drafts, caller, cancellationToken),
            _ => await DeleteAsync(target, drafts, caller, cancellationToken),
        };

    /// <summary>All errors of a row as its result shows them, each with a mark at its end.</summary>
    public static string Explain(IReadOnlyList<SaveError> errors) => string.Concat(errors.Select(error =>
        $"{error.StatusCode}:{error.Message}:{string.Concat(error.Fields.Select((field, at) => at == 0 ? field : ", " + field))}"
        + (error.Fields.Count > 0 ? " --" : "--")));

    private Task<IReadOnlyList<SaveResult>> UpsertAsync(
        BulkTarget target, IReadOnlyList<RecordDraft> drafts, Caller caller, CancellationToken cancellationToken)
    {
        var keys = drafts.Select(draft => draft.Values.GetValueOrDefault(target.KeyOrdinal)).ToList();
        var rest = drafts.Select(draft => draft.Without(target.KeyOrdinal));
        return saver.UpsertAsync([.. rest], target.KeyOrdinal, keys, isUpdateOnly: false, allOrNone: false, caller, cancellationToken);
    }

    private async Task<IReadOnlyList<SaveResult>> DeleteAsync(
        BulkTarget target, IReadOnlyList<RecordDraft> drafts, Caller caller, CancellationToken cancellationToken)
    {
        var results = drafts.Select(draft => RefuseDelete(target, draft) is { } error ? SaveResult.Failed(error) : null).ToArray();
        var places = Enumerable.Range(0, drafts.Count).Where(at => results[at] is null).ToArray();
        var ids = places.Select(at => drafts[at].Id ?? "").ToList();
        var deleted = target.Operation == BulkOperation.HardDelete
            ? await saver.HardDeleteAsync(ids, allOrNone: false, caller, cancellationToken)
            : await saver.DeleteAsync(ids, allOrNone: false, caller, cancellationToken);
        for (var at = 0; at < places.Length; at++)
            results[places[at]] = deleted[at];
        return [.. results.OfType<SaveResult>()];
    }

    private static SaveError? RefuseDelete(BulkTarget target, RecordDraft draft)
    {
        if (draft.Errors is [var error, ..])
            return error;
        if (draft.Id is null)
            return new SaveError { StatusCode = "MISSING_ARGUMENT", Message = "Id not specified in a delete call" };
        return RecordId.TryNormalize(draft.Id, out var id) && id.StartsWith(target.Type.KeyPrefix, StringComparison.Ordinal)
            ? null : SaveErrors.MalformedId($"{target.Type.Label} ID", draft.Id);
    }

    /// <summary>A value that its field cannot read is a parser's error only where the row came as JSON.</summary>
    private static SaveError InBulkWords(SaveError error, BulkTarget target, JsonElement json)
    {
        if (error.StatusCode != "JSON_PARSER_ERROR" || error.Fields is not [var name] || target.Type.FindField(name) is not { } field
            || !json.TryGetProperty(field.Name, out var value) || value.ValueKind != JsonValueKind.String)
            return error;
        return error with
        {
            StatusCode = "INVALID_TYPE_ON_FIELD_IN_RECORD",
            Message = $"{field.Label}: value not of required type: {value.GetString()}",
        };
    }
}
