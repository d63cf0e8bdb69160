using Tandem.Simulator.Records;
using Tandem.Sync.Faults;
using Tandem.Tests.Integration.Seeds;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// Lives a plan through, lets the world come to rest, and tells what is not as promised (architecture.md, promises 1, 2, 3, 6 and 7).
/// </summary>
internal sealed class ChaosRun(ChaosPlan plan, ChaosWorld world)
{
    /// <summary>Two ends of sessions in a row look like a user without access, and a person is asked on purpose.</summary>
    private const string TwiceRefused = "refused again right after a new sign-in";

    /// <summary>A push that is at rest, and a poll that began after it.</summary>
    private const int QuietRounds = 2;

    private static readonly string[] Deaths =
    [
        .. FailpointNames.All.Where(
            name => name.StartsWith("push.", StringComparison.Ordinal) || name is "upkeep.stepped" or "poll.merged"),
    ];

    private readonly IReadOnlyList<AppStatements> _statements =
        [.. world.Sessions.Select(session => new AppStatements(plan, world.Book, session))];

    /// <param name="atRest">What is done to the world once it is at rest, before anything is compared; for tests of the comparing.</param>
    /// <returns>What broke, one line each, and what led to it; null when every promise was kept.</returns>
    public static async Task<PlanFailure?> TryAsync(ChaosPlan plan, Func<ChaosWorld, Task>? atRest = null)
    {
        var world = await ChaosWorld.StartAsync(plan);
        var run = new ChaosRun(plan, world);
        return await Trial.RunAsync(world, world.Settings.Journal, () => run.RunAsync(atRest ?? (_ => Task.CompletedTask)));
    }

    private async Task<IReadOnlyList<string>> RunAsync(Func<ChaosWorld, Task> atRest)
    {
        await world.Lives.BeginAsync();
        for (var at = 0; at < plan.Steps.Count; at++)
        {
            world.Settings.Journal.Add($"{at + 1}. {plan.Steps[at]} at {world.Settings.Clock.GetUtcNow():HH:mm:ss}");
            await ActAsync(plan.Steps[at]);
        }

        world.Settings.Journal.Add("quiet");
        if (!await ComeToRestAsync())
            return ["The program does not come to rest: " + string.Join(' ', world.Lives.HeldOnce)];
        await atRest(world);
        var held = world.Lives.HeldOnce.Where(sentence => !sentence.Contains(TwiceRefused, StringComparison.Ordinal));
        return
        [
            .. new ChaosOracle(plan, world).FindBroken(),
            .. held.Select(sentence => $"A fault that passes was taken for one that a person must mend: {sentence}"),
        ];
    }

    private Task ActAsync(ChaosStep step) => step.Kind > ChaosStepKind.Rollback
        ? HappenAsync(step)
        : WriteAsync(world.Sessions[step.Writer], step);

    private Task WriteAsync(AppSession session, ChaosStep step) => step.Kind switch
    {
        ChaosStepKind.Commit => session.CommitAsync(),
        ChaosStepKind.Rollback => session.RollbackAsync(),
        ChaosStepKind.Savepoint => session.ActAsync(session.SaveAsync),
        ChaosStepKind.RollbackToSavepoint => session.ActAsync(session.RollbackToSavepointAsync),
        _ => session.ActAsync(() => _statements[step.Writer].RunAsync(step)),
    };

    private async Task HappenAsync(ChaosStep step)
    {
        switch (step.Kind)
        {
            case ChaosStepKind.Work:
                await world.WorkAsync();
                break;
            case ChaosStepKind.Wait:
                world.Settings.Clock.Advance(TimeSpan.FromMinutes(1 + (step.A * step.A % 200)));
                break;
            case ChaosStepKind.WireFault:
                world.Server.Control.Faults.Add(ChaosFaults.Choose(step.A, step.B, step.C));
                break;
            case ChaosStepKind.RowLock:
                world.Server.Saver.Faults.Add(new SaveFault { Count = 1 + (step.A % 4) });
                break;
            case ChaosStepKind.EndOrgSessions:
                world.Server.Sessions.RevokeAll();
                break;
            case ChaosStepKind.EndDatabaseSessions:
                world.Lives.EndSessions(step.A);
                break;
            case ChaosStepKind.CrashAt:
                world.Settings.Crashes.Arm(Deaths[step.A % Deaths.Length], 1 + (step.B % 3));
                break;
            case ChaosStepKind.Crash:
                world.Lives.Kill();
                break;
            default:
                await world.Lives.BeginAsync();
                break;
        }
    }

    /// <returns>False when something still waits for a person.</returns>
    private async Task<bool> ComeToRestAsync()
    {
        foreach (var session in world.Sessions)
            await session.CommitAsync();
        world.Server.Control.Faults.Clear();
        world.Server.Saver.Faults.Clear();
        world.Settings.Crashes.Disarm();
        for (var round = 0; round < QuietRounds; round++)
        {
            if (!await world.Lives.SettleAsync())
                return false;
        }

        return true;
    }
}
