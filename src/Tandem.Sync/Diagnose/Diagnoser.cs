using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Diagnose;

/// <summary>
/// Runs the rules about a connection and its mappings, side by side and each within its time, while the shift goes on. A rule that cannot
/// be checked is skipped with the reason. Source: heroku-connect.md, section 12.6.
/// </summary>
public sealed class Diagnoser(DiagnosedShift shift, DiagnoseOptions options, TimeProvider timeProvider)
{
    private static readonly IReadOnlyList<Rule<ConnectionSubject>> ConnectionRules =
        [.. OrgRules.All, .. DatabaseRules.All, .. QueueRules.All];

    private static readonly IReadOnlyList<Rule<MappingSubject>> MappingRules =
        [.. FlowRules.All, .. FieldRules.All, .. TableRules.All];

    /// <summary>The ids of all rules.</summary>
    public static IReadOnlyList<string> RuleIds { get; } =
        [.. ConnectionRules.Select(rule => rule.Id), .. MappingRules.Select(rule => rule.Id)];

    /// <summary>The connection and all its mappings.</summary>
    public async Task<Diagnosis> RunAsync(CancellationToken cancellationToken)
    {
        await using var facts = new DiagnosisFacts(shift);
        var connection = CheckConnectionAsync(facts, cancellationToken);
        var mappings = Task.WhenAll(shift.Mappings.All.Select(mapping => CheckMappingAsync(mapping, facts, cancellationToken)));
        await Task.WhenAll(connection, mappings);
        var own = await connection;
        return new Diagnosis
        {
            Errors = own.Errors,
            Warnings = own.Warnings,
            Passes = own.Passes,
            Skips = own.Skips,
            Mappings = shift.Mappings.All.Zip(await mappings)
                .ToDictionary(pair => pair.First.Mapped.Name, pair => pair.Second, StringComparer.Ordinal),
        };
    }

    /// <summary>One mapping; null when there is none of that object.</summary>
    public async Task<DiagnosisSection?> RunAsync(string objectName, CancellationToken cancellationToken)
    {
        var mapping = shift.Mappings.All.FirstOrDefault(
            mapping => mapping.Mapped.Name.Equals(objectName, StringComparison.OrdinalIgnoreCase));
        if (mapping is null)
            return null;
        await using var facts = new DiagnosisFacts(shift);
        return await CheckMappingAsync(mapping, facts, cancellationToken);
    }

    private Task<DiagnosisSection> CheckConnectionAsync(DiagnosisFacts facts, CancellationToken cancellationToken) => CheckAsync(
        ConnectionRules,
        new ConnectionSubject { Shift = shift, Facts = facts, Options = options },
        cancellationToken);

    private Task<DiagnosisSection> CheckMappingAsync(LiveMapping mapping, DiagnosisFacts facts, CancellationToken cancellationToken) =>
        CheckAsync(
            MappingRules,
            new MappingSubject { Live = mapping, Mapped = mapping.Mapped, Facts = facts, TimeProvider = timeProvider },
            cancellationToken);

    private async Task<DiagnosisSection> CheckAsync<TSubject>(
        IReadOnlyList<Rule<TSubject>> rules, TSubject subject, CancellationToken cancellationToken) => DiagnosisSection.Of(
        await Task.WhenAll(rules.Select(rule => CheckAsync(rule, subject, cancellationToken))));

    private async Task<DiagnosisResult> CheckAsync<TSubject>(Rule<TSubject> rule, TSubject subject, CancellationToken cancellationToken)
    {
        var judgement = await JudgeAsync(rule, subject, cancellationToken);
        return new DiagnosisResult
        {
            DisplayName = rule.DisplayName,
            Message = judgement.Message,
            DocUrl = $"{options.GuideUrl}#{rule.Id.ToLowerInvariant()}",
            RuleId = rule.Id,
            Status = judgement.Status,
        };
    }

    /// <summary>
    /// As in a worker's loop, everything is caught: what one rule runs into is no reason to withhold what the others found.
    /// </summary>
    private async Task<Judgement> JudgeAsync<TSubject>(Rule<TSubject> rule, TSubject subject, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RuleTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await rule.JudgeAsync(subject, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            return Judgement.Skipped($"This could not be checked within {options.RuleTimeout.TotalSeconds:0.#} seconds.");
        }
        catch (Exception exception)
        {
            return Judgement.Skipped($"This could not be checked. {FaultPolicy.Judge(exception).Sentence}");
        }
    }
}
