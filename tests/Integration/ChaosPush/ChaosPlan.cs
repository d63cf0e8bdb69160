using System.Globalization;
using Tandem.Sync.Catalog;
using Tandem.Tests.Integration.Seeds;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// What four writers do and what goes wrong meanwhile, all from one seed. What is still open at the end is committed then.
/// </summary>
internal sealed record ChaosPlan : IPlan<ChaosPlan, ChaosStep>
{
    public const int Writers = 4;
    private const int LargeEvery = 25;

    /// <summary>How often each kind comes, beside the others.</summary>
    private static readonly (ChaosStepKind Kind, int Weight)[] Statements =
    [
        (ChaosStepKind.Insert, 16), (ChaosStepKind.InsertTwins, 3), (ChaosStepKind.InsertFamily, 10), (ChaosStepKind.Upsert, 4),
        (ChaosStepKind.Update, 16), (ChaosStepKind.UpdateBySfid, 6), (ChaosStepKind.UpdateMany, 10), (ChaosStepKind.UpdateAll, 2),
        (ChaosStepKind.Move, 10), (ChaosStepKind.Delete, 8), (ChaosStepKind.Fleeting, 3), (ChaosStepKind.Refused, 2),
        (ChaosStepKind.Savepoint, 5), (ChaosStepKind.RollbackToSavepoint, 3),
    ];

    private static readonly (ChaosStepKind Kind, int Weight)[] Events =
    [
        (ChaosStepKind.Work, 30), (ChaosStepKind.Wait, 6), (ChaosStepKind.WireFault, 20), (ChaosStepKind.RowLock, 6),
        (ChaosStepKind.EndOrgSessions, 3), (ChaosStepKind.EndDatabaseSessions, 5), (ChaosStepKind.CrashAt, 16), (ChaosStepKind.Crash, 4),
        (ChaosStepKind.Restart, 2),
    ];

    public required int Seed { get; init; }

    public required WriteAlgorithm Writes { get; init; }

    public required bool FindsLocalParents { get; init; }

    public required ChaosKeys Keys { get; init; }

    public required int ClaimRows { get; init; }

    public required int CallRecords { get; init; }

    public required int BulkFrom { get; init; }

    public required int BulkJobRecords { get; init; }

    public required int SettleRows { get; init; }

    public required int ReadBackRecords { get; init; }

    /// <summary>Processed entries that stay in the live log.</summary>
    public required int LiveEntries { get; init; }

    /// <summary>How long the org takes over a Bulk job.</summary>
    public required TimeSpan JobDelay { get; init; }

    /// <summary>Bulk jobs fail after so many chunks; null lets them end well.</summary>
    public required int? FailAfterChunks { get; init; }

    public required IReadOnlyList<ChaosStep> Steps { get; init; }

    /// <summary>The same plan for the same seed, on every machine.</summary>
    public static ChaosPlan Of(int seed)
    {
        var random = new Random(seed);
        var isLarge = seed % LargeEvery == 0;
        return new ChaosPlan
        {
            Seed = seed,
            Writes = random.Next(3) == 0 ? WriteAlgorithm.Merged : WriteAlgorithm.Ordered,
            FindsLocalParents = random.Next(2) == 0,
            Keys = Pick(random, ChaosKeys.None, ChaosKeys.Parents, ChaosKeys.All, ChaosKeys.All),
            ClaimRows = isLarge ? 5_000 : Pick(random, 2, 3, 5, 40),
            CallRecords = isLarge ? 1_000 : Pick(random, 1, 2, 5, 200),
            BulkFrom = isLarge ? Pick(random, 0, 100) : Pick(random, 0, 2, 4),
            BulkJobRecords = isLarge ? 150 : Pick(random, 2, 5, 20),
            SettleRows = isLarge ? 100 : Pick(random, 1, 3, 50),
            ReadBackRecords = Pick(random, 2, 2_000),
            LiveEntries = Pick(random, 4, 100_000),
            JobDelay = TimeSpan.FromSeconds(Pick(random, 0, 0, 2, 20)),
            FailAfterChunks = Pick<int?>(random, null, null, null, null, 0, 1),
            Steps = Draw(random, isLarge),
        };
    }

    public ChaosPlan With(IReadOnlyList<ChaosStep> steps) => this with { Steps = steps };

    public string Describe() =>
        $"{Writes} writes, local parents {FindsLocalParents}, keys {Keys}, claims of {ClaimRows}, calls of {CallRecords}, "
        + $"jobs of {BulkJobRecords} from {BulkFrom} taking {JobDelay}, failing after {Number(FailAfterChunks)} chunks,\n"
        + $"  settling {SettleRows}, reading back {ReadBackRecords}, {LiveEntries} live entries\n"
        + string.Join('\n', Steps.Select((step, at) => $"  {at + 1}. {step}"));

    /// <summary>The writers' transactions, woven into each other, with what happens between them.</summary>
    private static List<ChaosStep> Draw(Random random, bool isLarge)
    {
        var scripts = Enumerable.Range(0, Writers).Select(writer => new Queue<ChaosStep>(Script(random, writer, isLarge))).ToList();
        var events = Weighted(Events);
        var steps = new List<ChaosStep>();
        while (scripts.FindAll(script => script.Count > 0) is { Count: > 0 } left)
        {
            steps.Add(left[random.Next(left.Count)].Dequeue());
            if (random.Next(3) == 0)
                steps.Add(Step(random, events[random.Next(events.Length)], writer: 0));
        }

        return steps;
    }

    private static IEnumerable<ChaosStep> Script(Random random, int writer, bool isLarge)
    {
        var statements = Weighted(Statements);
        var transactions = random.Next(1, 4);
        for (var at = 0; at < transactions; at++)
        {
            if (isLarge && at == 0 && writer < 2)
                yield return Step(random, ChaosStepKind.InsertHundreds, writer);
            var count = random.Next(1, 7);
            for (var statement = 0; statement < count; statement++)
                yield return Step(random, statements[random.Next(statements.Length)], writer);
            if (isLarge && at == 1)
                yield return Step(random, ChaosStepKind.UpdateAll, writer);
            yield return Step(random, random.Next(8) == 0 ? ChaosStepKind.Rollback : ChaosStepKind.Commit, writer);
        }
    }

    private static ChaosStep Step(Random random, ChaosStepKind kind, int writer) =>
        new(kind, writer, random.Next(1_000), random.Next(1_000), random.Next(1_000));

    private static ChaosStepKind[] Weighted((ChaosStepKind Kind, int Weight)[] weights) =>
        [.. weights.SelectMany(pair => Enumerable.Repeat(pair.Kind, pair.Weight))];

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "no";

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
