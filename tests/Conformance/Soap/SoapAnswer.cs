using System.Net;
using System.Xml.Linq;
using Shouldly;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>What a SOAP call answered.</summary>
internal sealed record SoapAnswer
{
    public static readonly XNamespace Partner = "urn:partner.soap.sforce.com";
    public static readonly XNamespace Fields = "urn:sobject.partner.soap.sforce.com";
    public static readonly XNamespace Xsi = "http://www.w3.org/2001/XMLSchema-instance";
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    public required HttpStatusCode Status { get; init; }

    public required string Text { get; init; }

    public XElement Envelope => XDocument.Parse(Text).Root.ShouldNotBeNull();

    public XElement Body => Envelope.Element(Soap + "Body").ShouldNotBeNull(Text);

    /// <summary>The un-prefixed <c>result</c> elements of a call that must have succeeded.</summary>
    public IReadOnlyList<XElement> Results
    {
        get
        {
            Status.ShouldBe(HttpStatusCode.OK, Text);
            return [.. Body.Elements().Single().Elements(Partner + "result")];
        }
    }

    public XElement Result => Results.ShouldHaveSingleItem();

    /// <summary>Asserts HTTP 500 with a fault whose code has the prefix that clients look for; gives its sentence.</summary>
    public string ShouldBeFault(string code)
    {
        Status.ShouldBe(HttpStatusCode.InternalServerError, Text);
        var fault = Body.Element(Soap + "Fault").ShouldNotBeNull(Text);
        fault.Element("faultcode")?.Value.ShouldBe(code, Text);
        return fault.Element("faultstring").ShouldNotBeNull().Value;
    }

    public static string ValueOf(XElement result, string name) => result.Element(Partner + name).ShouldNotBeNull(name).Value;

    public static string FieldOf(XElement record, string name) => record.Elements(Fields + name).Last().Value;
}
