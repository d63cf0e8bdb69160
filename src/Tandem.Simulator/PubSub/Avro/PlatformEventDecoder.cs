using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>
/// Reads the payload of a published platform event into values of its object. The time and the user that it starts with are read over:
/// the org sets both. Source: salesforce-api.md, sections 6.2 and 6.5.
/// </summary>
internal static class PlatformEventDecoder
{
    /// <exception cref="FormatException">The payload does not follow the schema, or a value does not fit its field; the message tells
    /// which.</exception>
    public static object?[] Decode(EventSchema schema, ReadOnlySpan<byte> payload)
    {
        var reader = new AvroReader(payload);
        reader.ReadLong();
        reader.ReadText();
        var values = new object?[schema.Type.Fields.Count];
        foreach (var field in schema.Fields)
            ReadField(ref reader, schema.Type, field, values);
        if (!reader.IsAtEnd)
            throw new FormatException($"The payload goes on after the last field of {schema.Type.Name}.");
        foreach (var field in schema.Fields)
        {
            if (field.Kind != AvroKind.Compound)
                Check(schema.Type.Fields[field.Ordinal], values, field.Ordinal);
        }

        return values;
    }

    private static void ReadField(ref AvroReader reader, ObjectType type, AvroField field, object?[] values)
    {
        var branch = reader.ReadLong();
        if (branch is not (0 or 1))
            throw new FormatException($"The field {field.Name} has the branch {branch}; expected 0 or 1.");
        if (branch == 0)
            return;
        foreach (var part in field.Parts)
            ReadField(ref reader, type, part, values);
        if (field.Kind == AvroKind.Compound)
            return;
        var value = ReadValue(ref reader, field);
        if (field.Ordinal >= 0)
            values[field.Ordinal] = value is double number ? ToDecimal(type.Fields[field.Ordinal], number) : value;
    }

    private static object ReadValue(ref AvroReader reader, AvroField field)
    {
        try
        {
            return field.Kind switch
            {
                AvroKind.Text => reader.ReadText(),
                AvroKind.Boolean => reader.ReadBoolean(),
                AvroKind.Int => checked((int)reader.ReadLong()),
                AvroKind.Long => reader.ReadLong(),
                AvroKind.Double => reader.ReadDouble(),
                AvroKind.DateTime => DateTime.UnixEpoch.AddMilliseconds(reader.ReadLong()),
                AvroKind.Date => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(reader.ReadLong())),
                AvroKind.Time => TimeOnly.FromTimeSpan(TimeSpan.FromMilliseconds(reader.ReadLong())),
                _ => throw new InvalidOperationException($"{field.Kind} has no value of its own."),
            };
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            throw new FormatException($"The value of {field.Name} is out of range.", exception);
        }
    }

    private static decimal ToDecimal(Field field, double number)
    {
        try
        {
            return Math.Round((decimal)number, field.Scale, MidpointRounding.AwayFromZero);
        }
        catch (OverflowException exception)
        {
            throw new FormatException($"The value of {field.Name} is out of range.", exception);
        }
    }

    private static void Check(Field field, object?[] values, int ordinal)
    {
        values[ordinal] = values[ordinal] switch
        {
            null or "" => field.DefaultValue,
            var value => value,
        };
        if (values[ordinal] is null && !field.IsNillable)
            throw new FormatException($"Required fields are missing: [{field.Name}]");
        if (values[ordinal] is string text && field.Length > 0 && text.Length > field.Length)
            throw new FormatException($"{field.Name}: data value too large (max length={field.Length})");
    }
}
