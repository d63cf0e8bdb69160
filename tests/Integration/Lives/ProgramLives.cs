using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Lives;

/// <summary>The lives of a program one after the other, as whoever watches over it starts it again when it has ended.</summary>
internal sealed class ProgramLives(LifeSettings settings) : IAsyncDisposable
{
    private const int MostLives = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _lives;
    private ProgramLife? _life;

    /// <summary>True once the program has made its tables, so that the app can write.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Sentences of mappings that had to wait for a person.</summary>
    public HashSet<string> HeldOnce { get; } = new(StringComparer.Ordinal);

    public async Task BeginAsync()
    {
        await EndAsync();
        _life = new ProgramLife(settings, ++_lives, () => IsPrepared = true);
    }

    /// <summary>Stops the program in order, if it lives.</summary>
    public async Task EndAsync()
    {
        if (_life is { } life)
        {
            _life = null;
            await life.DisposeAsync();
        }
    }

    public void Kill() => _life?.Die();

    /// <summary>The server ends those sessions of the program that the number chooses, or all of them.</summary>
    public void EndSessions(int choice) => _life?.EndSessions(choice);

    /// <summary>
    /// Lets an interval pass and waits until every mapping was pulled and nothing is queued. A program that ends meanwhile is started
    /// again, as often as it takes; what waits for a person is let go on by a restart.
    /// </summary>
    /// <returns>False when something still waits for a person.</returns>
    public async Task<bool> SettleAsync()
    {
        for (var tries = 0; tries < MostLives; tries++)
        {
            var life = await EnsureAsync();
            var before = settings.Clock.GetUtcNow();
            settings.Clock.Advance(Mapping.DefaultPollInterval);
            await Eventually.BecomesTrueAsync(
                () => life.IsDead || life.Ended.IsCompleted || IsIdle(life, before),
                $"the program has nothing left to do since {before:HH:mm:ss}",
                Patience,
                SyncWorld.Token);
            if (life.IsDead || life.Ended.IsCompleted)
                continue;
            if (life.Held is not { Count: > 0 } held)
                return true;
            HeldOnce.UnionWith(held);
            await BeginAsync();
        }

        return false;
    }

    /// <summary>The life that goes on, or a new one where it has ended.</summary>
    public async Task<ProgramLife> EnsureAsync()
    {
        if (_life is null || _life.IsDead || _life.Ended.IsCompleted)
        {
            await NoteEndAsync();
            await BeginAsync();
        }

        return _life.ShouldNotBeNull();
    }

    /// <summary>What the program itself finds when it compares both sides.</summary>
    public async Task<IReadOnlyList<VerifyReport>> VerifyAsync() => await _life.ShouldNotBeNull().VerifyAsync();

    public int CountQueued() => IsPrepared
        ? settings.Ask("select id::text from salesforce._trigger_log where state in ('NEW', 'PENDING', 'IGNORE')").Count
        : 0;

    public async ValueTask DisposeAsync() => await EndAsync();

    /// <summary>Every mapping that is not held was pulled; nothing is queued, unless what is queued may be held as well.</summary>
    private bool IsIdle(ProgramLife life, DateTimeOffset before) =>
        life.NotPulledSince(before).Count == 0 && (life.Held.Count > 0 || CountQueued() == 0);

    /// <summary>A host begins anew after a fault that passes; any other end of the program is for a person to read.</summary>
    private async Task NoteEndAsync()
    {
        if (_life is not { } life || await life.Ended is not { } end)
            return;
        settings.Journal.Add($"    the program has ended: {end.GetType().Name}: {end.Message}");
        if (end is NpgsqlException || SessionLoss.WasUnseen(end)
            || (end is SalesforceException && FaultPolicy.Judge(end).Action != FaultAction.PauseMapping))
        {
            return;
        }

        HeldOnce.Add(end.Message);
    }
}
