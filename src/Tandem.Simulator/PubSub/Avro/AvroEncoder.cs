using System.Globalization;
using Google.Protobuf;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// Writes events as their schemas say: raw Avro binary. What the user may not see is written as null and not listed as changed. One
/// subscriber has one and uses it for one event at a time. Source: salesforce-api.md, sections 6.5 to 6.7.
/// </summary>
internal sealed class AvroEncoder(UserAccess access)
{
    private static readonly object?[] NoValues = [];
    private static readonly long UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private readonly AvroWriter _writer = new();
    private bool[] _shown = [];

    public ByteString Encode(EventSchema schema, ChangeEvent change)
    {
        var values = change.Values ?? NoValues;
        _writer.Clear();
        Show(schema.Type, change, values);
        WriteHeader(schema, change, values);
        WriteFields(schema, values);
        return ByteString.CopyFrom(_writer.Written);
    }

    public ByteString Encode(EventSchema schema, PlatformEvent published, DateTimeOffset createdAt)
    {
        _writer.Clear();
        _writer.WriteLong(createdAt.ToUnixTimeMilliseconds());
        _writer.WriteText(published.CreatedById);
        Reset(schema.Type);
        for (var ordinal = 0; ordinal < published.Values.Length; ordinal++)
            _shown[ordinal] = access.CanSee(schema.Type, schema.Type.Fields[ordinal]);
        WriteFields(schema, published.Values);
        return ByteString.CopyFrom(_writer.Written);
    }

    private void Show(ObjectType type, ChangeEvent change, object?[] values)
    {
        Reset(type);
        if (change.ChangeType is ChangeTypes.Update)
        {
            foreach (var ordinal in change.Changed)
                _shown[ordinal] = access.CanSee(type, type.Fields[ordinal]);
        }
        else if (change.ChangeType is ChangeTypes.Create or ChangeTypes.Undelete)
        {
            for (var ordinal = 0; ordinal < values.Length; ordinal++)
                _shown[ordinal] = access.CanSee(type, type.Fields[ordinal]);
        }
    }

    private void Reset(ObjectType type)
    {
        if (_shown.Length < type.Fields.Count)
            _shown = new bool[type.Fields.Count];
        else
            Array.Clear(_shown);
    }

    private void WriteHeader(EventSchema schema, ChangeEvent change, object?[] values)
    {
        _writer.WriteText(change.EntityName);
        _writer.WriteTexts(change.RecordIds);
        _writer.WriteLong(IndexOf(change.ChangeType));
        _writer.WriteText(change.ChangeOrigin);
        _writer.WriteText(change.TransactionKey.ToString());
        _writer.WriteLong(change.SequenceNumber);
        _writer.WriteLong(change.CommitTimestamp.ToUnixTimeMilliseconds());
        _writer.WriteLong(change.CommitNumber);
        _writer.WriteText(change.CommitUser);
        _writer.WriteTexts(Bitmaps(schema, change.Nulled, values));
        _writer.WriteTexts(Bitmaps(schema, change.Diffed, values));
        _writer.WriteTexts(Bitmaps(schema, change.Changed, values));
    }

    private static int IndexOf(string changeType)
    {
        for (var at = 0; at < ChangeTypes.All.Count; at++)
        {
            if (ChangeTypes.All[at] == changeType)
                return at;
        }

        throw new InvalidOperationException($"{changeType} is no type of a change event.");
    }

    private IReadOnlyList<string> Bitmaps(EventSchema schema, IReadOnlyList<int> ordinals, object?[] values)
    {
        if (ordinals.Count == 0)
            return [];
        List<(int Top, int Part)> places = new(ordinals.Count);
        foreach (var ordinal in ordinals)
        {
            var (top, part) = schema.PlaceOf(ordinal);
            if (top < 0 || !_shown[ordinal])
                continue;
            // A compound that is empty now is meant as a whole: there is no record whose parts a bitmap could point at.
            var isWhole = part >= 0 && IsEmpty(schema.Fields[top - schema.FirstIndex], values);
            places.Add((top, isWhole ? -1 : part));
        }

        return FieldBitmap.Encode(places);
    }

    private static bool IsEmpty(AvroField compound, object?[] values)
    {
        foreach (var part in compound.Parts)
        {
            if (part.Ordinal >= 0 && part.Ordinal < values.Length && values[part.Ordinal] is not null)
                return false;
        }

        return true;
    }

    private void WriteFields(EventSchema schema, object?[] values)
    {
        foreach (var field in schema.Fields)
        {
            if (field.Kind != AvroKind.Compound)
                WriteValue(field, values);
            else
                WriteCompound(field, values);
        }
    }

    private void WriteCompound(AvroField compound, object?[] values)
    {
        var isPresent = false;
        foreach (var part in compound.Parts)
            isPresent |= Shown(part, values) is not null;
        _writer.WriteLong(isPresent ? 1 : 0);
        if (!isPresent)
            return;
        foreach (var part in compound.Parts)
            WriteValue(part, values);
    }

    private object? Shown(AvroField field, object?[] values) => field.Ordinal >= 0 && _shown[field.Ordinal] ? values[field.Ordinal] : null;

    private void WriteValue(AvroField field, object?[] values)
    {
        var value = Shown(field, values);
        _writer.WriteLong(value is null ? 0 : 1);
        switch (value)
        {
            case null:
                break;
            case string text:
                _writer.WriteText(text);
                break;
            case bool truth:
                _writer.WriteBoolean(truth);
                break;
            case int number:
                _writer.WriteLong(number);
                break;
            case long number:
                _writer.WriteLong(number);
                break;
            case decimal number:
                _writer.WriteDouble(decimal.ToDouble(number));
                break;
            case DateTime moment:
                _writer.WriteLong((moment.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
                break;
            case DateOnly day:
                _writer.WriteLong((day.DayNumber - UnixEpochDay) * (TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond));
                break;
            case TimeOnly time:
                _writer.WriteLong(time.Ticks / TimeSpan.TicksPerMillisecond);
                break;
            default:
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"The field {field.Name} holds a {value.GetType().Name}, which no event carries."));
        }
    }
}
