using System.Text;
using System.Xml;

namespace Tandem.Simulator.Soap;

/// <summary>Reads a request's envelope into nodes: no document type, and nothing deeper than any call is. The server bounds its
/// size.</summary>
internal static class SoapReader
{
    private const int DeepestElement = 32;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The envelope.</summary>
    public static SoapNode Read(Stream body)
    {
        try
        {
            using var reader = XmlReader.Create(body, Settings);
            reader.MoveToContent();
            var root = ReadElement(reader);
            return root.Name is "Envelope" ? root : throw SoapFault.Client($"The root element must be an Envelope and is {root.Name}.");
        }
        catch (XmlException exception)
        {
            throw SoapFault.Client($"The request is no well-formed XML at line {exception.LineNumber}, column {exception.LinePosition}.");
        }
    }

    private static SoapNode ReadElement(XmlReader reader)
    {
        if (reader.Depth > DeepestElement)
            throw SoapFault.Client($"Elements are nested deeper than {DeepestElement}.");
        var name = reader.LocalName;
        var isNil = reader.GetAttribute("nil", SoapXml.Xsi) is "true" or "1";
        var type = reader.GetAttribute("type", SoapXml.Xsi);
        var children = new List<SoapNode>();
        var text = new StringBuilder();
        if (!reader.IsEmptyElement)
        {
            reader.Read();
            while (reader.NodeType != XmlNodeType.EndElement)
            {
                if (reader.NodeType == XmlNodeType.Element)
                    children.Add(ReadElement(reader));
                else
                    text.Append(reader.Value);
                reader.Read();
            }
        }

        return new SoapNode
        {
            Name = name,
            Text = children.Count == 0 ? text.ToString() : "",
            IsNil = isNil,
            Type = type?[(type.IndexOf(':', StringComparison.Ordinal) + 1)..],
            Children = children,
        };
    }
}
