using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Diagnose;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;
using Tandem.Tests.Integration.Sync;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Diagnose;

/// <summary>A <see cref="SyncWorld"/> with loaded accounts, diagnosed as it stands or with one thing about it otherwise.</summary>
internal sealed class DiagnoseWorld : IAsyncDisposable
{
    private DiagnoseWorld(SyncWorld world) => World = world;

    public SyncWorld World { get; }

    /// <summary>What the diagnosis takes for now.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public LiveMapping Account => World.Find("Account");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DiagnoseWorld> StartAsync(params Mapping[] mappings)
    {
        var world = await SyncWorld.StartAsync(contacts: 10);
        await world.LoadAsync(mappings.Length > 0 ? mappings : [SyncWorld.Accounts()]);
        return new DiagnoseWorld(world);
    }

    public DiagnosedShift Shift(LiveMappings? mappings = null, string apiVersion = "67.0") => new()
    {
        Connection = new Connection
        {
            Id = Guid.Empty, Name = "test", LoginUrl = World.Proxy.Address, ApiVersion = apiVersion, Schema = World.Schema,
        },
        Mappings = mappings ?? World.Mappings,
        Salesforce = World.Salesforce,
        DataSource = World.Database.DataSource,
    };

    public Task<Diagnosis> RunAsync(DiagnosedShift? shift = null, DiagnoseOptions? options = null) =>
        new Diagnoser(shift ?? Shift(), options ?? new DiagnoseOptions(), Time).RunAsync(Token);

    /// <summary>How a rule about the connection ends.</summary>
    public async Task<DiagnosisResult> JudgeAsync(string ruleId, DiagnosedShift? shift = null, DiagnoseOptions? options = null)
    {
        var diagnosis = await RunAsync(shift, options);
        return Find(diagnosis.Errors, diagnosis.Warnings, diagnosis.Passes, diagnosis.Skips, ruleId);
    }

    /// <summary>How a rule about the mapping of accounts ends.</summary>
    public Task<DiagnosisResult> JudgeAccountAsync(string ruleId) => JudgeAsync(ruleId, World.Mappings, "Account");

    /// <summary>How it ends when the mapping and what the org says of its object are otherwise.</summary>
    public async Task<DiagnosisResult> JudgeAccountAsync(
        string ruleId, Func<Mapping, Mapping>? asked = null, Func<MappedObject, MappedObject>? mapped = null)
    {
        var mapping = asked is null ? Account.Asked : asked(Account.Asked);
        var model = Account.Mapped with { Mapping = mapping };
        using var mappings = new LiveMappings(World.Schema, [(mapping, mapped is null ? model : mapped(model))]);
        mappings.All[0].Note(Account.Progress);
        return await JudgeAsync(ruleId, mappings, "Account");
    }

    public async Task<DiagnosisResult> JudgeAsync(string ruleId, LiveMappings mappings, string objectName)
    {
        var section = await new Diagnoser(Shift(mappings), new DiagnoseOptions(), Time).RunAsync(objectName, Token);
        section.ShouldNotBeNull();
        return Find(section.Errors, section.Warnings, section.Passes, section.Skips, ruleId);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    /// <summary>The one result of the rule, which must stand in the list of its status.</summary>
    private static DiagnosisResult Find(
        IReadOnlyList<DiagnosisResult> errors,
        IReadOnlyList<DiagnosisResult> warnings,
        IReadOnlyList<DiagnosisResult> passes,
        IReadOnlyList<DiagnosisResult> skips,
        string ruleId)
    {
        errors.ShouldAllBe(result => result.Status == DiagnosisStatus.Red);
        warnings.ShouldAllBe(result => result.Status == DiagnosisStatus.Yellow);
        passes.ShouldAllBe(result => result.Status == DiagnosisStatus.Green);
        skips.ShouldAllBe(result => result.Status == DiagnosisStatus.Skipped);
        return errors.Concat(warnings).Concat(passes).Concat(skips).Where(result => result.RuleId == ruleId).ShouldHaveSingleItem();
    }
}
