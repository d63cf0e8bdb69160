using System.Globalization;
using Tandem.Postgres.Adopt;

namespace Tandem.Sync.Adopt;

/// <summary>
/// Judges whether Heroku Connect is still at work on a schema. No database can tell that it is not, so a person must say so; what the
/// database tells against them counts more. Pure.
/// </summary>
public static class PauseCheck
{
    private const string HowTo = "Pause it (heroku connect:pause), wait until its state is PAUSED, and run again with --confirm-paused.";

    /// <returns>Why nothing may be changed yet; empty when it may.</returns>
    public static IReadOnlyList<string> FindProblems(AdoptionPlan plan, bool isConfirmed, AdoptionOptions options)
    {
        var problems = plan.LifeSigns
            .Where(sign => sign.Kind != LifeSignKind.Listening && sign.Age < options.QuietFor)
            .Select(sign => $"{Describe(sign, plan.Schema)} Heroku Connect seems to be at work. {WhatToDo(sign)}")
            .ToList();
        if (!isConfirmed && problems.Count == 0)
        {
            problems.Add(
                "Nothing was changed: two programs must not work one schema, and the database cannot tell whether Heroku Connect is "
                + $"paused. {HowTo}");
        }

        return problems;
    }

    /// <summary>The sign as a sentence.</summary>
    public static string Describe(LifeSign sign, string schema)
    {
        var age = sign.Age.TotalSeconds < 100
            ? string.Create(CultureInfo.InvariantCulture, $"{sign.Age.TotalSeconds:0} seconds")
            : string.Create(CultureInfo.InvariantCulture, $"{sign.Age.TotalMinutes:0} minutes");
        return sign.Kind switch
        {
            LifeSignKind.Log => $"A program took or settled an entry of {schema}._trigger_log {age} ago.",
            LifeSignKind.Named => $"The session {sign.ProcessId} calls itself {sign.Name}; it has been idle for {age}.",
            _ => $"The session {sign.ProcessId} listens for new entries of the change log: Heroku Connect's, or one of an app.",
        };
    }

    private static string WhatToDo(LifeSign sign) => sign.Kind == LifeSignKind.Log
        ? "Pause it, wait a minute, and run again with --confirm-paused."
        : "Pause it and run again with --confirm-paused; if it is paused, end the session that it left with "
            + $"pg_terminate_backend({sign.ProcessId}).";
}
