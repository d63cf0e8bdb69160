using System.Text;
using System.Text.Json;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>Reads changed records, REST's or Bulk's, into batches, and remembers the last one.</summary>
internal sealed class ChangeReader
{
    /// <summary>Stamps are cut to the second, and two clocks of the org may differ a little.</summary>
    private static readonly TimeSpan Blur = TimeSpan.FromSeconds(2);

    private readonly RowEncoder _encoder;
    private readonly string _cursorField;
    private readonly DateTime? _rereadBefore;
    private readonly int _idPlace;
    private readonly int _stampPlace;
    private readonly int _deletedPlace;

    /// <param name="seenTo">Up to when an earlier poll saw what was committed.</param>
    public ChangeReader(MappedObject mapped, DateTime? seenTo)
    {
        _encoder = new RowEncoder(mapped);
        _cursorField = mapped.CursorField;
        _rereadBefore = seenTo - Blur;
        _idPlace = PlaceOf(mapped, "Id");
        _stampPlace = PlaceOf(mapped, mapped.CursorField);
        _deletedPlace = PlaceOf(mapped, "IsDeleted");
        if (_idPlace < 0 || _stampPlace < 0)
            throw new ArgumentException($"{mapped.Name} is mapped without Id or {mapped.CursorField}.", nameof(mapped));
    }

    /// <summary>The last record that was read; in keyset order, all before it were read too.</summary>
    public StampedId? Last { get; private set; }

    /// <summary>Adds a record of a query page.</summary>
    public void Read(JsonElement record, PollBatch batch)
    {
        var id = record.GetProperty("Id").GetString() ?? "";
        var stamp = record.GetProperty(_cursorField).GetString() is { } text ? SalesforceTime.Parse(text) : (DateTime?)null;
        var isDeleted = record.TryGetProperty("IsDeleted", out var flag) && flag.ValueKind == JsonValueKind.True;
        if (Note(id, stamp, isDeleted, batch) && !_encoder.Encode(record, batch.Rows))
            batch.Held.AddRange(_encoder.TakeHeld());
    }

    /// <summary>Adds the reader's present row.</summary>
    public void Read(CsvReader csv, PollBatch batch)
    {
        var id = Encoding.ASCII.GetString(csv.Field(_idPlace));
        var stamp = csv.Field(_stampPlace) is { Length: > 0 } text ? SalesforceTime.Parse(Encoding.ASCII.GetString(text)) : (DateTime?)null;
        var isDeleted = _deletedPlace >= 0 && csv.Field(_deletedPlace).SequenceEqual("true"u8);
        if (Note(id, stamp, isDeleted, batch) && !_encoder.Encode(csv, batch.Rows))
            batch.Held.AddRange(_encoder.TakeHeld());
    }

    /// <returns>Whether the record's values are wanted.</returns>
    private bool Note(string id, DateTime? stamp, bool isDeleted, PollBatch batch)
    {
        Last = new StampedId(id, stamp);
        if (batch.Newest is null || stamp > batch.Newest)
            batch.Newest = stamp ?? batch.Newest;
        if (isDeleted)
        {
            batch.Deleted.Add(id);
            return false;
        }

        batch.Sfids.Add(id);
        if (stamp < _rereadBefore)
            batch.Reread[id] = stamp.Value;
        return true;
    }

    private static int PlaceOf(MappedObject mapped, string field)
    {
        for (var place = 0; place < mapped.Fields.Count; place++)
        {
            if (mapped.Fields[place].Description.Name == field)
                return place;
        }

        return -1;
    }
}
