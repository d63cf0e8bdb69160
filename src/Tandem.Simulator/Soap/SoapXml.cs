using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Soap;

/// <summary>Writes answers and faults in the namespaces of the address that was called; elements are un-prefixed, because clients look
/// for them so. Source: salesforce-api.md, section 1.11.</summary>
internal static class SoapXml
{
    public const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";
    private const string Xsd = "http://www.w3.org/2001/XMLSchema";
    private const string Envelope = "http://schemas.xmlsoap.org/soap/envelope/";

    // Characters that XML forbids go out as references, as the platform sends them; strict readers refuse them either way.
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CheckCharacters = false,
        NewLineHandling = NewLineHandling.Entitize,
    };

    /// <summary>The namespace of records' fields.</summary>
    public static string SObjects(string door) => $"urn:sobject.{Wsdl(door)}.soap.sforce.com";

    public static byte[] Answer(SoapCall call, (int Used, int Max)? usage, Action<XmlWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, Settings))
        {
            writer.WriteStartDocument();
            writer.WriteStartElement("soapenv", "Envelope", Envelope);
            writer.WriteAttributeString("xmlns", $"urn:{Wsdl(call.Door)}.soap.sforce.com");
            writer.WriteAttributeString("xmlns", "xsi", null, Xsi);
            writer.WriteAttributeString("xmlns", "xsd", null, Xsd);
            writer.WriteAttributeString("xmlns", "sf", null, SObjects(call.Door));
            if (usage is { } calls)
                WriteLimits(writer, calls.Used, calls.Max);
            writer.WriteStartElement("soapenv", "Body", Envelope);
            writer.WriteStartElement(call.Operation.Name + "Response");
            write(writer);
            writer.WriteEndDocument();
        }

        return bytes.ToArray();
    }

    public static byte[] Fault(SoapFault fault, string door)
    {
        var faults = $"urn:fault.{Wsdl(door)}.soap.sforce.com";
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, Settings))
        {
            writer.WriteStartDocument();
            writer.WriteStartElement("soapenv", "Envelope", Envelope);
            writer.WriteAttributeString("xmlns", "sf", null, faults);
            writer.WriteAttributeString("xmlns", "xsi", null, Xsi);
            writer.WriteStartElement("soapenv", "Body", Envelope);
            writer.WriteStartElement("soapenv", "Fault", Envelope);
            writer.WriteElementString("faultcode", fault.Detail is null ? fault.Code : "sf:" + fault.Code);
            writer.WriteElementString("faultstring", fault.Detail is null ? fault.Message : $"{fault.Code}: {fault.Message}");
            if (fault.Detail is { } detail)
            {
                writer.WriteStartElement("detail");
                writer.WriteStartElement("sf", detail, faults);
                writer.WriteAttributeString("xsi", "type", Xsi, "sf:" + detail);
                writer.WriteElementString("sf", "exceptionCode", faults, fault.Code);
                writer.WriteElementString("sf", "exceptionMessage", faults, fault.Message);
                if (fault.IsAboutQuery)
                {
                    var (row, column) = fault.Place();
                    writer.WriteElementString("sf", "row", faults, row.ToString(CultureInfo.InvariantCulture));
                    writer.WriteElementString("sf", "column", faults, column.ToString(CultureInfo.InvariantCulture));
                }
            }

            writer.WriteEndDocument();
        }

        return bytes.ToArray();
    }

    public static async Task SendAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml;charset=UTF-8";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static void Write(this XmlWriter writer, string name, string? value)
    {
        if (value is null)
            writer.WriteNil(name);
        else
            writer.WriteElementString(name, value);
    }

    public static void Write(this XmlWriter writer, string name, bool value) => writer.WriteElementString(name, value ? "true" : "false");

    public static void Write(this XmlWriter writer, string name, int value) =>
        writer.WriteElementString(name, value.ToString(CultureInfo.InvariantCulture));

    public static void Write(this XmlWriter writer, string name, DateTime value) =>
        writer.WriteElementString(name, value.ToString(ValueText.UtcDateTime, CultureInfo.InvariantCulture));

    public static void WriteNil(this XmlWriter writer, string name)
    {
        writer.WriteStartElement(name);
        writer.WriteAttributeString("xsi", "nil", Xsi, "true");
        writer.WriteEndElement();
    }

    private static void WriteLimits(XmlWriter writer, int used, int max)
    {
        writer.WriteStartElement("soapenv", "Header", Envelope);
        writer.WriteStartElement("LimitInfoHeader");
        writer.WriteStartElement("limitInfo");
        writer.Write("current", used);
        writer.Write("limit", max);
        writer.Write("type", "API REQUESTS");
        writer.WriteEndElement();
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static string Wsdl(string door) => door is "c" ? "enterprise" : "partner";
}
