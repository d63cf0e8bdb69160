using System.Text.Json;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Adopt;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Finds out whether inserts whose answer was lost were carried out, as far as sending them again would not (architecture.md, promise 2).
/// It looks for records that our user created since the claim, that no other insert made, and that the <see cref="InsertMatcher"/> takes
/// for theirs; also in the recycle bin, and for upserts only there: what someone has deleted meanwhile would else be made anew (decision
/// 0056). What Heroku Connect had claimed before its schema was adopted may have been created by another user, so there the user does not
/// count. Inserts that find nothing are sent again by the caller. Asking twice is harmless.
/// </summary>
public sealed class LostInserts(SalesforceClient salesforce, OrgIdentity identity)
{
    /// <summary>What tells of a record's life; an object need not have them all.</summary>
    private static readonly string[] SystemFields =
        ["Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"];

    /// <summary>For the little that both clocks may have been set meanwhile.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(15);

    /// <summary>Whether the batch makes records that have to be looked for before it is sent again.</summary>
    public static bool MustLook(ChangeBatch batch) =>
        batch.Operation == WriteOperation.Create || (batch.Operation == WriteOperation.Upsert && batch.Mapped.HasRecycleBin);

    /// <returns>
    /// The changes that were carried out, with the record's id, and those that are in doubt, refused. The others were not carried out, or
    /// are upserts of a live record.
    /// </returns>
    public async Task<IReadOnlyList<Outcome>> FindAsync(ChangeBatch batch, OnDemandSession session, CancellationToken cancellationToken)
    {
        var connection = await session.OpenAsync(cancellationToken);
        var claimedBefore = await new AdoptionTable(batch.Mapped.Table.Schema)
            .FindClaimedBeforeAsync(connection, batch.Changes.Select(change => change.Id.Value), cancellationToken);
        var found = new List<Outcome>();
        foreach (var group in batch.Changes.ToLookup(change => claimedBefore.Contains(change.Id.Value)).OrderBy(group => group.Key))
        {
            var part = batch with { Changes = [.. group] };
            var matcher = new InsertMatcher(part);
            var candidates = await FindCandidatesAsync(part, matcher.Compared, isOurs: !group.Key, session, cancellationToken);
            candidates.RemoveAll(candidate => found.Exists(outcome => outcome.Result.Id == candidate.Id));
            found.AddRange(matcher.Match(candidates));
        }

        return found;
    }

    /// <returns>Live records first.</returns>
    private async Task<List<InsertCandidate>> FindCandidatesAsync(
        ChangeBatch batch,
        IReadOnlyList<MappedField> compared,
        bool isOurs,
        OnDemandSession session,
        CancellationToken cancellationToken)
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
        var names = compared.Select(field => field.Description.Name)
            .Concat(SystemFields.Where(name => mapped.Description.FindField(name) is not null));
        var query = $"SELECT {string.Join(',', names.Distinct(StringComparer.OrdinalIgnoreCase))} FROM {mapped.Name}"
            + $" WHERE CreatedDate >= {SoqlText.DateTime(since)}"
            + (batch.Operation == WriteOperation.Upsert ? " AND IsDeleted = true" : "")
            + (isOurs ? $" AND CreatedById = {SoqlText.Literal(identity.UserId.Value)}" : "")
            + " ORDER BY CreatedDate, Id";
        var candidates = new List<InsertCandidate>();
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

    private static InsertCandidate Read(JsonElement record, IReadOnlyList<MappedField> compared)
    {
        var values = compared.Select(field => Find(record, field) switch
        {
            { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            var other => other.GetRawText(),
        });
        return new InsertCandidate(
            SalesforceId.Parse(record.GetProperty("Id").GetString() ?? ""),
            record.TryGetProperty("IsDeleted", out var isDeleted) && isDeleted.GetBoolean(),
            Text("LastModifiedDate") != Text("CreatedDate") || Text("LastModifiedById") != Text("CreatedById"),
            [.. values]);

        string? Text(string name) => record.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static JsonElement Find(JsonElement record, MappedField field) => field.TryRead(record, out var value)
        ? value
        : throw new FormatException($"A record came without the field {field.Description.Name}.");
}
