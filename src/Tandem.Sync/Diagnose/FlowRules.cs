using System.Globalization;
using Tandem.Sync.Faults;
using Tandem.Sync.Running.Allowance;

namespace Tandem.Sync.Diagnose;

/// <summary>The rules about how a mapping gets on: what holds it, how late it is, what it left out.</summary>
internal static class FlowRules
{
    /// <summary>A poll may wait for a session or for a load, so one interval more is nothing yet.</summary>
    private const int LateIntervals = 3;

    private const int VeryLateIntervals = 10;

    /// <summary>Short intervals are late sooner than anybody minds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongPatience = TimeSpan.FromHours(1);

    public static IReadOnlyList<Rule<MappingSubject>> All { get; } =
    [
        new("MUST_RUN", "Mapping State", JudgeState),
        new("SHOULD_POLL_IN_TIME", "Polling", JudgePolling),
        new("SHOULD_KEEP_TO_ITS_API_CALLS", "API Calls", JudgeCalls),
        new("SHOULD_HAVE_NO_READ_ERRORS", "Read Errors", JudgeReadErrorsAsync),
        new("SHOULD_SETTLE_SCHEMA_CHANGES", "Schema Changes", JudgeSchemaChanges),
    ];

    private static Judgement JudgeState(MappingSubject subject) => subject.Live.Fault switch
    {
        null => Judgement.Green(subject.Live.IsLoaded ? "The mapping is at work." : "The mapping loads."),
        { Action: FaultAction.PauseMapping or FaultAction.StopConnection } fault =>
            Judgement.Red($"The mapping stands still: {fault.Sentence} Mend it, then recover the mapping."),
        var fault => Judgement.Yellow($"The mapping is held up: {fault.Sentence}"),
    };

    private static Judgement JudgePolling(MappingSubject subject)
    {
        if (!subject.Live.IsLoaded)
            return Judgement.Skipped("The table is not loaded yet.");
        if (subject.Live.PulledAt is not { } pulledAt)
            return Judgement.Skipped("The server has not polled since its start.");
        var interval = subject.Live.PollInterval;
        var since = subject.TimeProvider.GetUtcNow() - pulledAt;
        var stand = string.Create(
            CultureInfo.InvariantCulture,
            $"The last poll that came to its end began {Math.Max(0, since.TotalMinutes):0} minutes ago, of an interval of "
            + $"{interval.TotalMinutes:0.##}");
        var sentence = $"{stand}. See in the state of the mapping what holds it; share more sessions if many mappings are late.";
        return since > Longer(interval * VeryLateIntervals, LongPatience) ? Judgement.Red(sentence)
            : since > Longer(interval * LateIntervals, Patience) ? Judgement.Yellow(sentence)
            : Judgement.Green("The mapping is polled in time.");
    }

    private static Judgement JudgeCalls(MappingSubject subject) => subject.Live.Budget?.Read(subject.Live) is { } calls
        ? JudgeCalls(calls, TimeSpan.FromDays(1) / subject.Live.Asked.PollInterval)
        : Judgement.Skipped("Nobody counts the mapping's API calls.");

    /// <param name="polls">In 24 hours, at the interval that was asked for.</param>
    internal static Judgement JudgeCalls(MappingCalls calls, double polls)
    {
        const string Advice = "Give it a longer interval (sf_polling_seconds), or more calls (sf_max_daily_api_calls).";
        if (calls.Sentence is { } sentence)
            return Judgement.Yellow($"{sentence} {Advice}");
        return polls > calls.Limit
            ? Judgement.Yellow(string.Create(
                CultureInfo.InvariantCulture,
                $"Its polls alone need {polls:N0} API calls a day, and it may use {calls.Limit:N0}. {Advice}"))
            : Judgement.Green(string.Create(
                CultureInfo.InvariantCulture, $"{calls.Reads} of its {calls.Limit} API calls of 24 hours are used."));
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static async Task<Judgement> JudgeReadErrorsAsync(MappingSubject subject, CancellationToken cancellationToken) =>
        (await subject.Facts.ReadErrorsAsync(cancellationToken)).GetValueOrDefault(subject.Name) switch
        {
            0 => Judgement.Green("Every record that was read fits into the table."),
            var count => Judgement.Yellow(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} records are left out because a value does not fit into its column. tandem.read_error says which and why; change "
                + $"the column's type, or the value in Salesforce.")),
        };

    private static Judgement JudgeSchemaChanges(MappingSubject subject)
    {
        if (subject.Live.StopSentence is { } stop)
            return Judgement.Red($"A change of the org's schema stops the mapping: {stop}");
        var open = subject.Live.SchemaChanges;
        return open.Count == 0
            ? Judgement.Green("No change of the org's schema waits for anybody.")
            : Judgement.Yellow($"The org's schema has changed: {string.Join(' ', open.Select(change => change.Message))}");
    }
}
