using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>The settings of a connection as they are given, by the names of a mapping file; null leaves one as it is.</summary>
internal interface IConnectionOptions
{
    TypeProfile? Types { get; }

    WriteAlgorithm? Writes { get; }

    double? ArchiveAfterDays { get; }

    double? ArchiveForDays { get; }

    string? AssignmentRules { get; }

    DuplicateChoice? Duplicates { get; }

    LongTextChoice? LongText { get; }
}
