namespace Tandem.Simulator.Control;

/// <summary>
/// The form of a save file: gzip'd lines of JSON. The first is a header with the schema edits and the access of users; then each
/// object has a line with its fields and books and a line for each record, an array in the order of those fields; the last line tells
/// that the file is whole. The shape of the objects is not in it: it comes from the metadata and the edits.
/// </summary>
internal static class OrgFile
{
    public const string Format = "tandem-simulator";
    public const int Version = 1;

    /// <summary>The first line.</summary>
    public sealed record Header
    {
        public required string Format { get; init; }

        public required int Version { get; init; }

        public required DateTimeOffset SavedAt { get; init; }

        public required IReadOnlyList<SchemaEdit> Journal { get; init; }

        public required IReadOnlyDictionary<string, AccessLists> Access { get; init; }
    }

    /// <summary>The line before an object's records, and, with no object, the last line.</summary>
    public sealed record TableHeader
    {
        public required string? Object { get; init; }

        public IReadOnlyList<string> Fields { get; init; } = [];

        public int Rows { get; init; }

        public long LastNumber { get; init; }

        public IReadOnlyList<DeletedLine> DeleteLog { get; init; } = [];

        public IReadOnlyDictionary<string, string> DeletedWith { get; init; } =
            new Dictionary<string, string>(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, IReadOnlyList<EmptiedLine>> EmptiedBy { get; init; } =
            new Dictionary<string, IReadOnlyList<EmptiedLine>>(StringComparer.Ordinal);
    }

    /// <summary>A reference that a delete emptied.</summary>
    public sealed record EmptiedLine(string Object, string Id, string Field);

    /// <summary>A line of an object's delete log.</summary>
    public sealed record DeletedLine(string Id, DateTime DeletedDate);
}
