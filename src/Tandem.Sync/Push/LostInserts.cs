using System.Text.Json;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Adopt;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Finds out whether inserts whose answer was lost were carried out, as far as sending them again would not (architecture.md, promise 2).
/// It looks for records that our user created since the claim, that no other insert made, and whose values are those that were sent;
/// also in the recycle bin, and for upserts only there: what someone has deleted meanwhile would else be made anew (decision 0056).
/// What Heroku Connect had claimed before its schema was adopted may have been created by another user, so there the user does not count.
/// One such record for each such insert settles it; inserts that find none are sent again by the caller. Asking twice is harmless.
/// </summary>
public sealed class LostInserts(SalesforceClient salesforce, OrgIdentity identity)
{
    /// <summary>For the little that both clocks may have been set meanwhile.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(15);

    /// <summary>Whether the batch makes records that have to be looked for before it is sent again.</summary>
    public static bool MustLook(ChangeBatch batch) =>
        batch.Operation == WriteOperation.Create || (batch.Operation == WriteOperation.Upsert && batch.Mapped.HasRecycleBin);

    /// <returns>The changes that were carried out, with the record's id. The others were not, or are upserts of a live record.</returns>
    public async Task<IReadOnlyList<Outcome>> FindAsync(ChangeBatch batch, OnDemandSession session, CancellationToken cancellationToken)
    {
        var connection = await session.OpenAsync(cancellationToken);
        var claimedBefore = await new AdoptionTable(batch.Mapped.Table.Schema)
            .FindClaimedBeforeAsync(connection, batch.Changes.Select(change => change.Id.Value), cancellationToken);
        var found = new List<Outcome>();
        foreach (var group in batch.Changes.ToLookup(change => claimedBefore.Contains(change.Id.Value)).OrderBy(group => group.Key))
        {
            var part = batch with { Changes = [.. group] };
            found.AddRange(await FindAsync(part, isOurs: !group.Key, found, session, cancellationToken));
        }

        return found;
    }

    private async Task<List<Outcome>> FindAsync(
        ChangeBatch batch, bool isOurs, List<Outcome> before, OnDemandSession session, CancellationToken cancellationToken)
    {
        var (mapped, changes) = (batch.Mapped, batch.Changes);
        var compared = mapped.Fields.Where(IsComparable).ToList();
        var candidates = await FindCandidatesAsync(batch, compared, isOurs, session, cancellationToken);
        candidates.RemoveAll(candidate => before.Exists(outcome => outcome.Result.Id == candidate.Id));
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
        ChangeBatch batch, List<MappedField> compared, bool isOurs, OnDemandSession session, CancellationToken cancellationToken)
    {
        var mapped = batch.Mapped;
        var log = new ChangeLog(mapped.Table.Schema);
        // The two clocks may differ by any length, so the claim's age is told by the one and counted back from the other. Either may have
        // been set since the claim: the earlier moment is right in any case, and only finds more records to compare.
        var now = salesforce.OrgNow ?? throw new InvalidOperationException("The org was never asked, so nothing was sent.");
        var claimed = new DateTimeOffset(batch.Changes.Min(change => change.ClaimedAt), TimeSpan.Zero);
        var databaseNow = await log.ReadClockAsync(await session.OpenAsync(cancellationToken), cancellationToken);
        var counted = now - (databaseNow - claimed);
        var since = (claimed < counted ? claimed : counted) - ClockMargin;
        var names = compared.Select(field => field.Description.Name).Prepend("Id");
        if (mapped.HasRecycleBin)
            names = names.Append("IsDeleted");
        var query = $"SELECT {string.Join(',', names.Distinct(StringComparer.OrdinalIgnoreCase))} FROM {mapped.Name}"
            + $" WHERE CreatedDate >= {SoqlText.DateTime(since)}"
            + (batch.Operation == WriteOperation.Upsert ? " AND IsDeleted = true" : "")
            + (isOurs ? $" AND CreatedById = {SoqlText.Literal(identity.UserId.Value)}" : "")
            + " ORDER BY CreatedDate, Id";
        var candidates = new List<Candidate>();
        await session.RestAsync();
        await foreach (var page in salesforce.For(mapped.Name, CallKind.Push).Soql.QueryAsync(
            query, mapped.HasRecycleBin, cancellationToken))
        {
            using (page)
                candidates.AddRange(page.Records.Select(record => Read(record, compared)));
        }

        if (candidates.Count == 0)
            return candidates;

        // The log, not the table: a poll may have brought the record in before its insert is settled, and settling removes that row.
        var connection = await session.OpenAsync(cancellationToken);
        var known = await log.FindInsertedAsync(
            connection, mapped.Table.Name, [.. candidates.Select(candidate => candidate.Id.Value)], cancellationToken);
        return [.. candidates.Where(candidate => !known.Contains(candidate.Id.Value)).OrderBy(candidate => candidate.IsDeleted)];
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
        return new Candidate(
            SalesforceId.Parse(record.GetProperty("Id").GetString() ?? ""),
            record.TryGetProperty("IsDeleted", out var isDeleted) && isDeleted.GetBoolean(),
            [.. values]);
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
            if (!change.Values.TryGetValue(compared[i].Column.Name, out var sent)
                || StoredSpelling.Of(compared[i], sent) is not { } expected)
            {
                continue;
            }

            if (StoredSpelling.Of(compared[i], values[i]) != expected)
                return false;
        }

        return true;
    }

    private sealed record Candidate(SalesforceId Id, bool IsDeleted, IReadOnlyList<string?> Values);
}
