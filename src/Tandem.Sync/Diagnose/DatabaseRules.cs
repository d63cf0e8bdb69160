using System.Globalization;
using Tandem.Postgres.Health;

namespace Tandem.Sync.Diagnose;

/// <summary>The rules about the database, the host and how much is mapped.</summary>
internal static class DatabaseRules
{
    private const int OldestVersion = 140_000;

    /// <summary>A shift in its stride holds twelve, and opens more while tables load.</summary>
    private const int FewSessions = 10;

    private const int NoSessions = 2;

    /// <summary>Calls take about so long, and each shared session makes one at a time.</summary>
    private const double CallSeconds = 0.15;

    public static IReadOnlyList<Rule<ConnectionSubject>> All { get; } =
    [
        new("SHOULD_HAVE_MAPPINGS", "Number of Mappings", JudgeMappings),
        new("MUST_USE_SUPPORTED_POSTGRES", "Postgres", JudgeServerAsync),
        new("MUST_HAVE_HSTORE", "Postgres Extensions", JudgeExtensionsAsync),
        new("SHOULD_HAVE_FREE_SESSIONS", "Postgres Sessions", JudgeSessionsAsync),
        new("SHOULD_USE_PRODUCTION_PLAN", "Database Plan", _ => Judgement.Skipped(
            "Tandem runs on any PostgreSQL and knows no plans.")),
        new("SHOULD_HAVE_LOG_DRAIN", "Configured Logging", JudgeLogging),
    ];

    private static Judgement JudgeMappings(ConnectionSubject subject) => JudgeMappings(
        subject.Shift.Mappings.All.Count, OrgRules.PollsPerSecond(subject), subject.Options.SharedSessions);

    /// <param name="asked">Polls a second.</param>
    internal static Judgement JudgeMappings(int count, double asked, int sessions)
    {
        if (count == 0)
            return Judgement.Yellow("Nothing is mapped yet. Import a mapping file, or make a mapping.");
        var words = count == 1 ? "1 mapping" : string.Create(CultureInfo.InvariantCulture, $"{count} mappings");
        return asked > sessions / CallSeconds
            ? Judgement.Yellow(string.Create(
                CultureInfo.InvariantCulture,
                $"{words} ask for {asked:0} polls a second, more than {sessions} shared sessions can do. Share more of "
                + $"them, or give the mappings longer intervals."))
            : Judgement.Green($"{words}, which the shared sessions poll in time.");
    }

    private static async Task<Judgement> JudgeServerAsync(ConnectionSubject subject, CancellationToken cancellationToken) =>
        JudgeServer(await subject.Facts.DatabaseAsync(cancellationToken));

    internal static Judgement JudgeServer(DatabaseHealth server)
    {
        if (server.VersionNumber < OldestVersion)
            return Judgement.Red($"PostgreSQL 14 or newer is needed, found {server.Version}. Upgrade the server.");
        return server.IsReadOnly
            ? Judgement.Red("The database takes no writes: it is a standby, or its transactions begin read-only. Connect to the primary.")
            : Judgement.Green($"PostgreSQL {server.Version} is supported and takes writes.");
    }

    private static async Task<Judgement> JudgeExtensionsAsync(ConnectionSubject subject, CancellationToken cancellationToken) =>
        (await subject.Facts.DatabaseAsync(cancellationToken)).HstoreSchema switch
        {
            "public" => Judgement.Green("The extension hstore is installed in the schema public."),
            null => Judgement.Red("The extension hstore is missing. Install it with: create extension hstore with schema public."),
            var schema => Judgement.Red(
                $"The extension hstore must be in the schema public; it is in {schema}. Move it with: alter extension hstore set schema "
                + "public."),
        };

    private static async Task<Judgement> JudgeSessionsAsync(ConnectionSubject subject, CancellationToken cancellationToken) =>
        JudgeSessions(await subject.Facts.DatabaseAsync(cancellationToken));

    internal static Judgement JudgeSessions(DatabaseHealth server)
    {
        var free = server.MaxSessions - server.Sessions;
        var stand = string.Create(
            CultureInfo.InvariantCulture, $"{Math.Max(0, free)} of {server.MaxSessions} sessions of the server are free");
        return free switch
        {
            <= NoSessions => Judgement.Red($"{stand}. Raise max_connections, or let the apps and Tandem hold fewer."),
            < FewSessions => Judgement.Yellow(
                $"{stand}, and loads open more of them. Raise max_connections, or let the apps and Tandem hold fewer."),
            _ => Judgement.Green($"{stand}."),
        };
    }

    private static Judgement JudgeLogging(ConnectionSubject subject) => subject.Options.KeepsLog switch
    {
        true => Judgement.Green("The server's log is kept."),
        false => Judgement.Yellow("The server's log is kept nowhere. Send it where it can be searched when something goes wrong."),
        null => Judgement.Skipped("The server does not know where its log goes. See to it that somebody keeps it."),
    };
}
