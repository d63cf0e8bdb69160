using System.Security.Cryptography;
using System.Xml.Linq;

namespace Tandem.Server.Secrets;

/// <summary>The element that stands in a key of the ring where its secret was: the secret, sealed by the master key.</summary>
internal static class RingElement
{
    /// <summary>A secret of the ring cannot be opened as anything else, and nothing else as one.</summary>
    private const string Purpose = "tandem key ring";

    public static XName Name { get; } = XName.Get("sealedByMasterKey", "urn:tandem:key-ring");

    public static XElement Seal(XElement secret, MasterKey key) =>
        new(Name, key.Seal(secret.ToString(SaveOptions.DisableFormatting), Purpose));

    /// <exception cref="CryptographicException">It is another element, was sealed by another key, or was changed since.</exception>
    public static XElement Open(XElement element, MasterKey key) => element.Name == Name
        ? XElement.Parse(key.Open(element.Value, Purpose))
        : throw new CryptographicException($"Expected the element {Name}, found another.");
}
