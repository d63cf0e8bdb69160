using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.States;

namespace Tandem.Server.Logs;

/// <summary>One entry of the log with all that is known of it, before it is written in any format.</summary>
internal sealed record LogLine
{
    private const string EventPrefix = "Log";
    private const string TemplateField = "{OriginalFormat}";

    public required DateTimeOffset At { get; init; }

    public required LogLevel Level { get; init; }

    /// <summary>The type that wrote it, without its namespace.</summary>
    public required string Category { get; init; }

    /// <summary>The name of the kind of entry, which stays when the sentence is reworded; empty when it has none.</summary>
    public required string Event { get; init; }

    public required string Message { get; init; }

    public Guid? ConnectionId { get; init; }

    public string? ConnectionName { get; init; }

    public Guid? MappingId { get; init; }

    /// <summary>The object of the mapping that the entry is about.</summary>
    public string? ObjectName { get; init; }

    /// <summary>Of the mapping where the entry is about one, else of the connection.</summary>
    public string? State { get; init; }

    /// <summary>The named fields of the sentence.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Fields { get; init; } = [];

    public string? Exception { get; init; }

    /// <summary>The trace that the entry was written in; null outside of any.</summary>
    public string? TraceId { get; init; }

    public static LogLine Of<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, DateTimeOffset at)
    {
        var fields = FieldsOf(entry.State);
        var scope = Find(scopes);
        var objectName = scope?.Mapping?.Mapped.Name ?? Find(fields, "ObjectName") as string;
        var mapping = scope?.Mapping ?? scope?.Mappings?.All.FirstOrDefault(one => one.Mapped.Name == objectName);
        return new LogLine
        {
            At = at,
            Level = entry.LogLevel,
            Category = entry.Category[(entry.Category.LastIndexOf('.') + 1)..],
            Event = EventOf(entry.EventId),
            Message = entry.Formatter(entry.State, entry.Exception),
            ConnectionId = scope?.ConnectionId ?? Find(fields, "ConnectionId") as Guid?,
            ConnectionName = scope?.ConnectionName,
            MappingId = mapping?.Id,
            ObjectName = objectName,
            State = mapping is null ? scope?.ReadState?.Invoke() : MappingMoves.ToText(StateOf(mapping)),
            Fields = [.. fields.Select(field => KeyValuePair.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Key), field.Value))],
            Exception = entry.Exception is null ? null : ExceptionText.Of(entry.Exception),
            TraceId = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToString() : null,
        };
    }

    private static List<KeyValuePair<string, object?>> FieldsOf<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> pairs ? [.. pairs.Where(pair => pair.Key != TemplateField)] : [];

    private static object? Find(List<KeyValuePair<string, object?>> fields, string name) => fields.Find(field => field.Key == name).Value;

    /// <summary>The innermost scope, with what only those around it tell.</summary>
    private static WorkScope? Find(IExternalScopeProvider? scopes)
    {
        var found = new Found();
        scopes?.ForEachScope(
            static (scope, found) =>
            {
                if (scope is WorkScope work)
                    found.Scope = work with { ReadState = work.ReadState ?? found.Scope?.ReadState };
            },
            found);
        return found.Scope;
    }

    private static string EventOf(EventId id)
    {
        var name = id.Name ?? "";
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(name.StartsWith(EventPrefix, StringComparison.Ordinal) ? name[3..] : name);
    }

    private static MappingState StateOf(LiveMapping mapping) =>
        mapping.Fault is { Action: FaultAction.PauseMapping } ? MappingState.SystemError : mapping.Progress.State;

    private sealed class Found
    {
        public WorkScope? Scope { get; set; }
    }
}
