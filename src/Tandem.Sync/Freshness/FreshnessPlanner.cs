using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Freshness;

/// <summary>
/// Makes plans from the org's descriptions. Descriptions are shared by the plans of a shift, so that a parent of many objects is asked
/// about once.
/// </summary>
public sealed class FreshnessPlanner(SalesforceClient salesforce, FreshnessOptions options, TimeProvider timeProvider)
{
    /// <summary>
    /// A query follows at most 55 relationships, and a filter may use some of its own. Source: salesforce-api.md, section 4.
    /// </summary>
    private const int MostPaths = 40;

    private readonly ConcurrentDictionary<string, (SObjectDescription? Description, DateTimeOffset At)> _descriptions =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The mapped fields whose values Salesforce derives.</summary>
    public static IEnumerable<MappedField> DerivedFields(MappedObject mapped) =>
        mapped.Fields.Where(field => field.Description.IsCalculated);

    /// <param name="prefersSemiJoins">The org took too long over conditions by path.</param>
    public async Task<FreshnessPlan> MakeAsync(MappedObject mapped, bool prefersSemiJoins, CancellationToken cancellationToken)
    {
        var org = salesforce.For(mapped.Name, CallKind.Formulas);
        var present = await DescribeAsync(org, mapped.Name, cancellationToken) ?? mapped.Description;
        var finder = new DependencyFinder((name, token) => DescribeAsync(org, name, token));
        var fields = new List<FieldDependencies>();
        foreach (var name in DerivedFields(mapped).Select(field => field.Description.Name))
        {
            // A field that is gone from the org is an affair of the schema's drift.
            if (present.FindField(name) is { IsCalculated: true } field)
                fields.Add(await finder.FindAsync(present, field, cancellationToken));
        }

        // Without a stamp nothing tells whether a row is of the same age as what was read.
        if (mapped.Fields.All(field => field.Description.Name != "SystemModstamp"))
            fields.Clear();
        var zone = fields.Exists(field => field.UsesDay) ? await ReadZoneAsync(org, cancellationToken) : null;
        var narrow = Narrow(mapped);
        var definition = Digest(fields.SelectMany(field => field.Formulas));
        return new FreshnessPlan
        {
            Source = mapped,
            Narrow = narrow,
            Refresher = new ColumnRefresher(mapped.Table),
            Fields = [.. fields.Select(field => new FieldFreshness(field.Field, FreshnessWords.Of(field, options, zone)))],
            Checks = Group(fields.SelectMany(field => field.Parents), prefersSemiJoins),
            Zone = zone,
            UsesMoment = fields.Exists(field => field.UsesMoment),
            NeedsSweep = fields.Exists(field => field.Unknowns.Count > 0),
            Definition = definition,
            Digest = Digest([definition, narrow.SelectList]),
            MadeAt = timeProvider.GetUtcNow().UtcDateTime,
        };
    }

    /// <summary>Describes everything anew at the next plan.</summary>
    public void Forget() => _descriptions.Clear();

    internal static IReadOnlyList<ParentCheck> Group(IEnumerable<RelationshipPath> paths, bool prefersSemiJoins)
    {
        var all = paths.DistinctBy(path => path.Name, StringComparer.Ordinal).OrderBy(path => path.Name, StringComparer.Ordinal)
            .ToLookup(path => !path.IsPlain || (prefersSemiJoins && path.SemiJoinHop is not null));
        var plain = all[false].Chunk(MostPaths).Select((chunk, at) => new ParentCheck
        {
            Key = at == 0 ? "parents" : $"parents {at + 1}",
            Paths = chunk,
            IsSemiJoin = false,
        });
        var joined = all[true].Select(path => new ParentCheck { Key = $"parents {path.Name}", Paths = [path], IsSemiJoin = true });
        return [.. plain, .. joined];
    }

    private static MappedObject Narrow(MappedObject mapped)
    {
        var last = mapped.Fields.Where(field => field.Description.Name is "SystemModstamp" or "Id");
        return mapped with { Fields = [.. DerivedFields(mapped), .. last] };
    }

    private static string Digest(IEnumerable<string> formulas)
    {
        var text = string.Join('\n', formulas.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private async Task<SObjectDescription?> DescribeAsync(
        SalesforceClient org, string name, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (_descriptions.TryGetValue(name, out var known) && now - known.At < options.PlanLife * 0.9)
            return known.Description;
        SObjectDescription? description;
        try
        {
            description = await org.Describe.DescribeAsync(name, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidType)
        {
            description = null;
        }

        _descriptions[name] = (description, now);
        return description;
    }

    /// <summary>TODAY() is the day of the user who reads. A zone that this machine does not know counts as UTC.</summary>
    private static async Task<TimeZoneInfo> ReadZoneAsync(SalesforceClient org, CancellationToken cancellationToken)
    {
        var user = (await org.SignInAsync(cancellationToken)).UserId;
        using var page = await org.Soql.FindAsync("User", ["TimeZoneSidKey"], "Id", user.Value, cancellationToken);
        var name = page.Records.Count == 1 ? page.Records[0].GetProperty("TimeZoneSidKey").GetString() : null;
        return name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
    }
}
