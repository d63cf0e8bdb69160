using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>Answers of the older Bulk API about jobs, batches and errors: one flat object or a list of them, as XML or as JSON.
/// Source: salesforce-api.md, section 3.3.</summary>
internal static class V1Answer
{
    public const string Namespace = "http://www.force.com/2009/06/asyncapi/dataload";


    public static XmlWriterSettings XmlSettings { get; } =
        new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CheckCharacters = false };

    public static Task WriteAsync(
        HttpContext context, V1Format format, int status, string name, IReadOnlyList<(string Name, object? Value)> members) =>
        format == V1Format.Json
            ? JsonAnswer.WriteAsync(context, status, writer => WriteJson(writer, members))
            : WriteXmlAsync(context, status, writer =>
            {
                writer.WriteStartElement(name, Namespace);
                WriteXml(writer, members);
                writer.WriteEndElement();
            });

    /// <summary>A list: in XML an element <paramref name="name"/> + <c>List</c>, in JSON a member <paramref name="name"/>.</summary>
    public static Task WriteListAsync(
        HttpContext context, V1Format format, string name, IEnumerable<IReadOnlyList<(string Name, object? Value)>> items) =>
        format == V1Format.Json
            ? JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray(name);
                foreach (var members in items)
                    WriteJson(writer, members);
                writer.WriteEndArray();
                writer.WriteEndObject();
            })
            : WriteXmlAsync(context, StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartElement(name + "List", Namespace);
                foreach (var members in items)
                {
                    writer.WriteStartElement(name, Namespace);
                    WriteXml(writer, members);
                    writer.WriteEndElement();
                }

                writer.WriteEndElement();
            });

    public static async Task WriteXmlAsync(HttpContext context, int status, Action<XmlWriter> write)
    {
        using var page = new MemoryStream();
        using (var writer = XmlWriter.Create(page, XmlSettings))
            write(writer);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml; charset=UTF-8";
        await context.Response.Body.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), context.RequestAborted);
    }

    public static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<(string Name, object? Value)> members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            if (value is null)
                writer.WriteNullValue();
            else if (value is int or long or decimal)
                writer.WriteRawValue(Spell(value, ValueText.RestDateTime));
            else
                writer.WriteStringValue(Spell(value, ValueText.RestDateTime));
        }

        writer.WriteEndObject();
    }

    private static void WriteXml(XmlWriter writer, IReadOnlyList<(string Name, object? Value)> members)
    {
        foreach (var (name, value) in members)
        {
            if (value is not null)
                writer.WriteElementString(name, Namespace, Spell(value, ValueText.UtcDateTime));
        }
    }

    private static string Spell(object value, string momentFormat) => value switch
    {
        DateTimeOffset moment => moment.UtcDateTime.ToString(momentFormat, CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
