namespace Tandem.Server.Api.V3;

/// <summary>What another version of the API changes for a mapping. Source: heroku-connect.md, section 12.9.</summary>
/// <param name="ResultMessage">Everything that differs, in a line for a person.</param>
internal sealed record MappingDiff(
    string Name,
    bool FieldsHaveChanged,
    bool HasUnsafeChanges,
    bool ActionUndetermined,
    string ResultMessage,
    IReadOnlyList<FieldDiff> Fields);
