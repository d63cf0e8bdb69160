using System.Buffers;
using System.Text.Json;
using System.Xml;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>Writes what became of a batch's rows, in the order of the rows, in the batch's own form. Source: salesforce-api.md, section
/// 3.3.</summary>
internal static class V1Results
{
    private const byte Quote = (byte)'"';

    public static void WriteCsv(IBufferWriter<byte> output, IReadOnlyList<SaveResult> rows)
    {
        var buffer = new CsvBuffer(output);
        buffer.Bytes("\"Id\",\"Success\",\"Created\",\"Error\"\n"u8);
        foreach (var row in rows)
        {
            buffer.Byte(Quote);
            buffer.Text(IdOf(row));
            buffer.Between((byte)',');
            buffer.Text(row.IsSuccess ? "true" : "false");
            buffer.Between((byte)',');
            buffer.Text(row is { IsSuccess: true, IsCreated: true } ? "true" : "false");
            buffer.Between((byte)',');
            buffer.Text(BulkRows.Explain(row.Errors));
            buffer.Bytes("\"\n"u8);
        }

        buffer.Complete();
    }

    public static void WriteXml(XmlWriter writer, IReadOnlyList<SaveResult> rows)
    {
        writer.WriteStartElement("results", V1Answer.Namespace);
        foreach (var row in rows)
        {
            writer.WriteStartElement("result", V1Answer.Namespace);
            foreach (var error in row.Errors)
            {
                writer.WriteStartElement("errors", V1Answer.Namespace);
                foreach (var field in error.Fields)
                    writer.WriteElementString("fields", V1Answer.Namespace, field);
                writer.WriteElementString("message", V1Answer.Namespace, error.Message);
                writer.WriteElementString("statusCode", V1Answer.Namespace, error.StatusCode);
                writer.WriteEndElement();
            }

            if (IdOf(row) is { Length: > 0 } id)
                writer.WriteElementString("id", V1Answer.Namespace, id);
            writer.WriteElementString("success", V1Answer.Namespace, row.IsSuccess ? "true" : "false");
            writer.WriteElementString("created", V1Answer.Namespace, row is { IsSuccess: true, IsCreated: true } ? "true" : "false");
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    public static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<SaveResult> rows)
    {
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success", row.IsSuccess);
            writer.WriteBoolean("created", row is { IsSuccess: true, IsCreated: true });
            writer.WriteString("id", row.Id);
            writer.WriteStartArray("errors");
            foreach (var error in row.Errors)
            {
                writer.WriteStartObject();
                writer.WriteString("message", error.Message);
                JsonAnswer.WriteTexts(writer, "fields", error.Fields);
                writer.WriteString("statusCode", error.StatusCode);
                writer.WriteNull("extendedErrorDetails");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string IdOf(SaveResult row) => row.Id ?? "";
}
