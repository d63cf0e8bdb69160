using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Sync.Activity;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Schema;

/// <summary>
/// Has the indexes of loaded tables follow their mappings, beside polls and pushes: at the start of a shift, which a changed mapping
/// begins too, when a table is loaded or has another model, and when a person says that what was refused is mended. What a stop cuts off
/// is done at the next start.
/// </summary>
public sealed partial class IndexWorker(LiveMappings mappings, TimeProvider timeProvider, ILogger<IndexWorker> logger)
{
    private readonly ActivityTable _activity = new(mappings.Schema);
    private bool _isOwed;

    /// <summary>Runs until cancelled; what a failure cut off is done when it runs again.</summary>
    public async Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_isOwed)
                await mappings.WaitForShapedAsync(cancellationToken);
            _isOwed = true;
            await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
            {
                foreach (var mapping in mappings.All.Where(mapping => mapping.IsLoaded))
                    await FollowAsync(mapping, connection, cancellationToken);
            }

            _isOwed = false;
        }
    }

    /// <summary>One table. Doing it twice changes nothing.</summary>
    public async Task FollowAsync(LiveMapping mapping, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var mapped = mapping.Mapped;
        var started = timeProvider.GetTimestamp();
        var changes = await new IndexKeeper(mapped.Table).FollowAsync(
            connection, FindSpared(mapping, mapped), Failpoints.Reach, cancellationToken);
        var sentences = changes.Refused.Select(refused => Describe(mapped, refused)).ToList();
        var isNews = !sentences.SequenceEqual(mapping.IndexProblems, StringComparer.Ordinal);
        mapping.NoteIndexProblems(sentences);
        if (changes.Built.Count + changes.Dropped.Count > 0)
        {
            var seconds = timeProvider.GetElapsedTime(started).TotalSeconds;
            await TellAsync(connection, mapped, DescribeDone(changes), succeeded: true, seconds, cancellationToken);
            LogFollowed(mapped.Name, changes.Built.Count, changes.Dropped.Count, seconds);
        }

        foreach (var sentence in isNews ? sentences : [])
        {
            await TellAsync(connection, mapped, sentence, succeeded: false, null, cancellationToken);
            LogRefused(sentence);
        }
    }

    /// <summary>Columns of fields that the org does not show at present, but that are asked to be indexed.</summary>
    private static HashSet<string> FindSpared(LiveMapping mapping, MappedObject mapped)
    {
        var asked = mapping.Asked.Indexes.Keys.Append(mapping.Asked.UpsertField ?? "").Select(name => name.ToLowerInvariant());
        return asked.Except(mapped.Columns, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
    }

    private static string DescribeDone(IndexChanges changes)
    {
        var parts = new[] { ("built", changes.Built), ("dropped", changes.Dropped) }.Where(part => part.Item2.Count > 0);
        return $"Indexes: {string.Join("; ", parts.Select(part => $"{part.Item1} {string.Join(", ", part.Item2)}"))}.";
    }

    private static string Describe(MappedObject mapped, RefusedIndex refused)
    {
        var why = refused.Reason.SqlState switch
        {
            PostgresErrorCodes.UniqueViolation =>
                "rows have the same value there. Give each its own, or ask for an index that is not unique.",
            PostgresErrorCodes.DuplicateTable => "something else has its name. Rename that.",
            _ => $"PostgreSQL refuses ({PostgresWords.Of(refused.Reason)}). Take it out of the mapping.",
        };
        var place = $"{mapped.Table.Schema}.{mapped.Table.Name} ({refused.Index.Column})";
        return $"{mapped.Name}: the index {refused.Name} on {place} is not there: {why} "
            + "Then run recover; all else goes on meanwhile.";
    }

    private Task TellAsync(
        NpgsqlConnection connection,
        MappedObject mapped,
        string sentence,
        bool succeeded,
        double? seconds,
        CancellationToken cancellationToken) =>
        _activity.AddAsync(
            connection,
            new ActivityEntry
            {
                Kind = ActivityKind.Index, ObjectName = mapped.Name, Sentence = sentence, Succeeded = succeeded, Seconds = seconds,
            },
            cancellationToken);

    [LoggerMessage(LogLevel.Information, "Indexes of {ObjectName}: {Built} built and {Dropped} dropped in {Seconds:0.0} s")]
    private partial void LogFollowed(string objectName, int built, int dropped, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Sentence}")]
    private partial void LogRefused(string sentence);
}
