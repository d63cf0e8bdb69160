using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Tandem.Server.Secrets;

/// <summary>Seals the secret of each new key of the ring before it is stored.</summary>
internal sealed class RingEncryptor(MasterKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(RingElement.Seal(plaintextElement, key), typeof(RingDecryptor));
}
