using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Describe;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Finds out whether inserts without a unique identifier, whose answer was lost, were carried out (architecture.md, promise 2).
/// It looks for records that our user created since the claim, that no other insert made, and whose values are those that were sent.
/// One such record for each such insert settles it; inserts that find none are sent again by the caller. Asking twice is harmless.
/// </summary>
public sealed class LostInserts(SalesforceClient salesforce, OrgIdentity identity)
{
    /// <summary>For the little that both clocks may have been set meanwhile.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(15);

    /// <returns>The changes that were carried out, with the record's id. The others were not.</returns>
    public async Task<IReadOnlyList<Outcome>> FindAsync(
        MappedObject mapped, IReadOnlyList<Change> changes, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var compared = mapped.Fields.Where(IsComparable).ToList();
        var candidates = await FindCandidatesAsync(mapped, compared, changes, connection, cancellationToken);
        var found = new List<Outcome>();
        // Those that tell most come first: an insert with fewer values would else take the record of one that shares them.
        foreach (var change in changes.Where(change => change.Problem is null).OrderByDescending(CountValues))
        {
            var index = change.ValuesWithCarried is { } all ? IndexOf(change with { Values = all }) : -1;
            if (index < 0)
                index = IndexOf(change);
            if (index < 0)
                continue;
            found.Add(new Outcome(change, WriteResult.Saved(candidates[index].Id, created: true)));
            candidates.RemoveAt(index);
        }

        return found;

        int IndexOf(Change change) => candidates.FindIndex(candidate => IsSame(mapped, compared, change, candidate.Values));
    }

    private async Task<List<Candidate>> FindCandidatesAsync(
        MappedObject mapped,
        List<MappedField> compared,
        IReadOnlyList<Change> changes,
        NpgsqlConnection connection,
        CancellationToken cancellationToken)
    {
        var log = new ChangeLog(mapped.Table.Schema);
        // The two clocks may differ by any length, so the claim's age is told by the one and counted back from the other. Either may have
        // been set since the claim: the earlier moment is right in any case, and only finds more records to compare.
        var now = salesforce.OrgNow ?? throw new InvalidOperationException("The org was never asked, so nothing was sent.");
        var claimed = new DateTimeOffset(changes.Min(change => change.ClaimedAt), TimeSpan.Zero);
        var counted = now - (await log.ReadClockAsync(connection, cancellationToken) - claimed);
        var since = (claimed < counted ? claimed : counted) - ClockMargin;
        var names = compared.Select(field => field.Description.Name).Prepend("Id").Distinct(StringComparer.OrdinalIgnoreCase);
        var query = $"SELECT {string.Join(',', names)} FROM {mapped.Name}"
            + $" WHERE CreatedById = {SoqlText.Literal(identity.UserId.Value)}"
            + $" AND CreatedDate >= {SoqlText.DateTime(since)}"
            + " ORDER BY CreatedDate, Id";
        var candidates = new List<Candidate>();
        await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
        {
            using (page)
                candidates.AddRange(page.Records.Select(record => Read(record, compared)));
        }

        // The log, not the table: a poll may have brought the record in before its insert is settled, and settling removes that row.
        var known = await log.FindInsertedAsync(
            connection, mapped.Table.Name, [.. candidates.Select(candidate => candidate.Id.Value)], cancellationToken);
        candidates.RemoveAll(candidate => known.Contains(candidate.Id.Value));
        return candidates;
    }

    /// <summary>Values that Salesforce changes on its own account, or that only it sets, tell nothing.</summary>
    private static bool IsComparable(MappedField field) =>
        (field.Lookup ?? field.Description) is
        {
            IsCreateable: true, IsCalculated: false, IsEncrypted: false, IsHtmlFormatted: false, IsAutoNumber: false,
        };

    private static Candidate Read(JsonElement record, List<MappedField> compared)
    {
        var values = compared.Select(field => Find(record, field) switch
        {
            { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            var other => other.GetRawText(),
        });
        return new Candidate(SalesforceId.Parse(record.GetProperty("Id").GetString() ?? ""), [.. values]);
    }

    private static JsonElement Find(JsonElement record, MappedField field) => field.TryRead(record, out var value)
        ? value
        : throw new FormatException($"A record came without the field {field.Description.Name}.");

    private static int CountValues(Change change) =>
        (change.ValuesWithCarried ?? change.Values).Values.Count(value => !string.IsNullOrWhiteSpace(value));

    /// <summary>Compares only what was sent: what was not, the org may have filled by defaults.</summary>
    private static bool IsSame(MappedObject mapped, List<MappedField> compared, Change change, IReadOnlyList<string?> values)
    {
        for (var i = 0; i < compared.Count; i++)
        {
            if (compared[i].Lookup is not null && !ParentColumns.Decides(mapped, change, compared[i]))
                continue;
            if (!change.Values.TryGetValue(compared[i].Column.Name, out var sent) || Normalize(compared[i], sent) is not { } expected)
                continue;
            var found = Normalize(compared[i], values[i]);
            if (found != expected && found != Normalize(compared[i], Cut(compared[i], sent)))
                return false;
        }

        return true;
    }

    /// <summary>As a connection sends it that cuts text; from one that does not, Salesforce takes no text that is too long.</summary>
    private static string? Cut(MappedField field, string? text) =>
        text is null || field.Lookup is not null ? text : TextCut.Apply(field.Description, text);

    /// <summary>
    /// One spelling for what Salesforce may store differently: trimmed text, a number rounded to its scale, a whole second.
    /// </summary>
    private static string? Normalize(MappedField field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return field.Column.Type.Kind switch
        {
            ColumnKind.Boolean => text is "t" or "true" ? "true" : "false",
            ColumnKind.Double or ColumnKind.Numeric
                when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                Math.Round(number, field.Description.Scale, MidpointRounding.AwayFromZero).ToString(
                    "0.##################", CultureInfo.InvariantCulture),
            ColumnKind.Timestamp or ColumnKind.TimestampTz when DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) =>
                moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ColumnKind.Time => text[..Math.Min(8, text.Length)],
            // Salesforce finds a parent by its key in any letter case, and answers with the parent's own.
            _ when field is { Lookup: not null, Description.IsCaseSensitive: false } => text.Trim().ToUpperInvariant(),
            _ when field.Description.Type == FieldType.Reference && SalesforceId.TryParse(text, out var id) => id.Value,
            _ => text.Trim().ReplaceLineEndings("\n").Normalize(NormalizationForm.FormC),
        };
    }

    private sealed record Candidate(SalesforceId Id, IReadOnlyList<string?> Values);
}
