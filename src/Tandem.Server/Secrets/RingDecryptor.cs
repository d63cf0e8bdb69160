using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Tandem.Server.Secrets;

/// <summary>
/// Opens the secrets of the ring's keys. The framework makes it, by the name that stands in each stored key: renaming this type makes
/// stored keys unreadable.
/// </summary>
internal sealed class RingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        RingElement.Open(encryptedElement, services.GetRequiredService<MasterKey>());
}
