using Tandem.Sync.Catalog;
using Tandem.Tests.Integration.Seeds;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// What happens to a world: its size and its steps, all from one seed.
/// </summary>
internal sealed record Plan : IPlan<Plan, Step>
{
    private const int LeastSteps = 8;
    private const int MostSteps = 24;
    private const int LargeEvery = 50;

    /// <summary>How often each kind comes, beside the others; one that is not named never comes by chance.</summary>
    private static readonly (StepKind Kind, int Weight)[] Weights =
    [
        (StepKind.OrgInsert, 8), (StepKind.OrgUpdate, 14), (StepKind.OrgMassUpdate, 2), (StepKind.OrgUpsert, 4),
        (StepKind.OrgDelete, 6), (StepKind.OrgUndelete, 4), (StepKind.OrgHardDelete, 4), (StepKind.OrgPurge, 2),
        (StepKind.OrgMerge, 4), (StepKind.OrgReparent, 5), (StepKind.OrgLateUpdate, 4), (StepKind.OrgLateInsert, 4),
        (StepKind.AppInsert, 9), (StepKind.AppUpdate, 10), (StepKind.AppDelete, 4), (StepKind.AppMixed, 4),
        (StepKind.Wait, 10), (StepKind.WireFault, 14), (StepKind.RowLock, 2), (StepKind.EndSessions, 2),
        (StepKind.Widen, 1), (StepKind.AddField, 1), (StepKind.HideField, 1), (StepKind.Refilter, 3),
        (StepKind.CrashAt, 10), (StepKind.Crash, 3), (StepKind.Restart, 2), (StepKind.Settle, 16),
    ];

    public required int Seed { get; init; }

    /// <summary>Contacts that the org begins with; accounts are a fifth.</summary>
    public required int Contacts { get; init; }

    /// <summary>Records of a result page of the load.</summary>
    public required int PageRecords { get; init; }

    /// <summary>Each for half of the seeds.</summary>
    public required TypeProfile Types { get; init; }

    /// <summary>Merged for every third seed.</summary>
    public WriteAlgorithm Writes => Seed % 3 == 0 ? WriteAlgorithm.Merged : WriteAlgorithm.Ordered;

    /// <summary>Which contacts are mapped at the beginning.</summary>
    public required int Filter { get; init; }

    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>The same plan for the same seed, on every machine.</summary>
    public static Plan Of(int seed)
    {
        var random = new Random(seed);
        var isLarge = seed % LargeEvery == 0;
        var kinds = Weights.SelectMany(pair => Enumerable.Repeat(pair.Kind, pair.Weight)).ToArray();
        var contacts = isLarge ? 2_500 : random.Next(10, 60);
        var pageRecords = isLarge ? 400 : random.Next(3, 25);
        var steps = Enumerable.Range(0, random.Next(LeastSteps, MostSteps))
            .Select(_ => new Step(kinds[random.Next(kinds.Length)], random.Next(1_000), random.Next(1_000), random.Next(1_000)))
            .ToList();
        if (isLarge)
            steps.Insert(steps.Count / 2, new Step(StepKind.OrgMassUpdate, 1, 0, 0));
        return new Plan
        {
            Seed = seed,
            Contacts = contacts,
            PageRecords = pageRecords,
            Types = seed % 2 == 0 ? TypeProfile.Exact : TypeProfile.Heroku,
            Filter = random.Next(1_000),
            Steps = steps,
        };
    }

    public Plan With(IReadOnlyList<Step> steps) => this with { Steps = steps };

    public string Describe() =>
        $"{Contacts} contacts, pages of {PageRecords}, {Types} types, {Writes} writes, "
        + $"filter {ContactFilter.Choose(Filter).Soql ?? "none"}\n"
        + string.Join('\n', Steps.Select((step, at) => $"  {at + 1}. {step}"));
}
