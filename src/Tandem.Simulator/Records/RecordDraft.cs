using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>
/// What a request wants to write into one record: values by field, parents by key, and the errors that reading it gave already.
/// Made by <see cref="DraftReader"/>, saved by <see cref="RecordSaver"/>.
/// </summary>
public sealed record RecordDraft
{
    /// <summary>Null when the request names no object of the org; then there is an error.</summary>
    public required ObjectTable? Table { get; init; }

    /// <summary>The id that the request gives, as it gives it; null for a create.</summary>
    public string? Id { get; init; }

    /// <summary>The values by the place of their field.</summary>
    public IReadOnlyDictionary<int, object?> Values { get; init; } = new FieldValues(0);

    public IReadOnlyList<SaveError> Errors { get; init; } = [];

    internal IReadOnlyList<ParentReference> Parents { get; init; } = [];

    /// <summary>Judges the record as it stands before an update, within the transaction; null lets the update pass.</summary>
    internal Func<object?[], SaveError?>? Precondition { get; init; }

    /// <summary>The draft without its value of one field: an id or a key that stands beside the draft from here on.</summary>
    internal RecordDraft Without(int ordinal) => this with { Values = FieldValues.Of(Values).Without(ordinal) };
}
