using Tandem.Postgres.Conflicts;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.States;

namespace Tandem.Server.Api.V1;

/// <summary>A mapping: what is asked of it, by the names of a mapping file, and how it stands.</summary>
internal sealed record MappingView
{
    public required Guid Id { get; init; }

    public required Guid ConnectionId { get; init; }

    public required string ObjectName { get; init; }

    public required string TableName { get; init; }

    /// <summary>Counts its changes; give it with a change to be refused when somebody else came first.</summary>
    public required int Revision { get; init; }

    public required string State { get; init; }

    /// <summary>A sentence where something holds or delays it.</summary>
    public required string? StateDescription { get; init; }

    public required MappingAccess Access { get; init; }

    public required IReadOnlyDictionary<string, FieldOptions> Fields { get; init; }

    public required IReadOnlyDictionary<string, IndexOptions> Indexes { get; init; }

    public required string? UpsertField { get; init; }

    public required string? Filter { get; init; }

    public required int SfPollingSeconds { get; init; }

    public required bool SfNotifyEnabled { get; init; }

    public required int SfMaxDailyApiCalls { get; init; }

    public required bool FreshFormulas { get; init; }

    public required DriftPolicy OnDrift { get; init; }

    public required ConflictPolicy Conflicts { get; init; }

    public required IReadOnlyDictionary<string, ConflictPolicy> ConflictColumns { get; init; }

    /// <summary>
    /// Values that both sides had changed, as they were last counted, a minute ago at most; null while its database does not answer.
    /// </summary>
    public required ConflictCount? ConflictCounts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it became as it is.</summary>
    public required DateTimeOffset? AppliedAt { get; init; }

    public static MappingView Of(ConnectionLife life, Mapping mapping, ConflictCounts? conflicts)
    {
        var live = life.LiveOf(mapping.ObjectName);
        var state = live?.Fault is { Action: FaultAction.PauseMapping } ? MappingState.SystemError : live?.Progress.State;
        return new MappingView
        {
            Id = mapping.Id,
            ConnectionId = life.Id,
            ObjectName = mapping.ObjectName,
            TableName = mapping.ObjectName.ToLowerInvariant(),
            Revision = mapping.Revision,
            State = MappingMoves.ToText(state ?? MappingState.Initial),
            StateDescription = live?.Fault?.Sentence ?? live?.IndexProblem,
            Access = mapping.Access,
            Fields = mapping.Fields.Select(field => (field, new FieldOptions()))
                .Concat(mapping.ExcludedFields.Select(field => (field, new FieldOptions { Exclude = true })))
                .ToDictionary(pair => pair.field, pair => pair.Item2, StringComparer.Ordinal),
            Indexes = mapping.Indexes.ToDictionary(
                index => index.Key, index => new IndexOptions { Unique = index.Value }, StringComparer.Ordinal),
            UpsertField = mapping.UpsertField,
            Filter = mapping.Filter,
            SfPollingSeconds = (int)mapping.PollInterval.TotalSeconds,
            SfNotifyEnabled = mapping.IsAccelerated,
            SfMaxDailyApiCalls = mapping.MaxDailyApiCalls,
            FreshFormulas = mapping.KeepsFormulasFresh,
            OnDrift = mapping.OnDrift,
            Conflicts = mapping.Conflicts,
            ConflictColumns = mapping.ConflictFields,
            ConflictCounts = conflicts?.Of(mapping.ObjectName),
            CreatedAt = mapping.CreatedAt,
            AppliedAt = mapping.AppliedAt,
        };
    }
}
