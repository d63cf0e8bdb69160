using System.Text;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Records;

namespace Tandem.Sync.Push;

/// <summary>
/// Reads what became of a Bulk job's rows. They come in any order, so each is found by the key that was uploaded with it. Source:
/// salesforce-api.md, section 3.1.
/// </summary>
internal sealed class JobResults(BulkIngestClient client, BulkJob job)
{
    private const string IdColumn = "sf__Id";
    private const string CreatedColumn = "sf__Created";
    private const string ErrorColumn = "sf__Error";

    /// <summary>Rows that the org never tried, or names by another key, have no outcome.</summary>
    public async Task<IReadOnlyList<Outcome>> ReadAsync(BulkIngestJob ended, CancellationToken cancellationToken)
    {
        var outcomes = new List<Outcome>(job.ChangesByKey.Count);
        if (ended.NumberRecordsProcessed > ended.NumberRecordsFailed)
        {
            await using var page = await client.OpenSuccessfulAsync(job.Id, cancellationToken);
            await ReadAsync(page.Content, CreatedColumn, Saved, outcomes, cancellationToken);
        }

        if (ended.NumberRecordsFailed > 0)
        {
            await using var page = await client.OpenFailedAsync(job.Id, cancellationToken);
            await ReadAsync(page.Content, ErrorColumn, Rejected, outcomes, cancellationToken);
        }

        return outcomes;
    }

    /// <summary>Reads Salesforce's <c>CODE:message:fields--</c>; the message itself may hold colons.</summary>
    internal static WriteResult ParseError(string text)
    {
        var body = text.EndsWith("--", StringComparison.Ordinal) ? text[..^2].TrimEnd() : text;
        var first = body.IndexOf(':', StringComparison.Ordinal);
        if (first < 0)
            return WriteResult.Rejected(SalesforceErrorCodes.UnknownException, body, []);
        var last = body.LastIndexOf(':');
        var message = last > first ? body[(first + 1)..last] : body[(first + 1)..];
        var fields = last > first ? body[(last + 1)..] : "";
        return WriteResult.Rejected(
            body[..first], message, fields.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static WriteResult? Saved(string id, string created) =>
        SalesforceId.TryParse(id, out var saved) ? WriteResult.Saved(saved, created == "true") : null;

    private static WriteResult? Rejected(string id, string error) => ParseError(error);

    private async Task ReadAsync(
        Stream content,
        string column,
        Func<string, string, WriteResult?> read,
        List<Outcome> outcomes,
        CancellationToken cancellationToken)
    {
        using var csv = new CsvReader(content);
        var (id, told, key) = (-1, -1, -1);
        while (await csv.FillAsync(cancellationToken))
        {
            while (csv.TryReadRow())
            {
                if (csv.RowNumber == 1)
                {
                    (id, told, key) = (Find(csv, IdColumn), Find(csv, column), Find(csv, job.KeyColumn));
                    continue;
                }

                if (job.ChangesByKey.TryGetValue(Text(csv, key), out var change) && read(Text(csv, id), Text(csv, told)) is { } result)
                    outcomes.Add(new Outcome(change, RecordWriter.Interpret(job.Operation, IdOf(change), result)));
            }
        }
    }

    private static SalesforceId? IdOf(Change change) => SalesforceId.TryParse(change.Sfid, out var id) ? id : null;

    private int Find(CsvReader csv, string name)
    {
        for (var at = 0; at < csv.FieldCount; at++)
        {
            if (Text(csv, at).Equals(name, StringComparison.OrdinalIgnoreCase))
                return at;
        }

        throw new SalesforceException(
            SalesforceErrorCodes.UnexpectedAnswer, $"The results of the Bulk job {job.Id} have no column {name}.");
    }

    private static string Text(CsvReader csv, int at) => Encoding.UTF8.GetString(csv.Field(at));
}
