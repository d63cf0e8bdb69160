using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Secrets;

/// <summary>Where the framework keeps its key ring: the catalogue.</summary>
internal sealed class RingRepository(KeyRingTable table, MasterKey key) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. table.List().Select(entry => XElement.Parse(entry.Value))];

    public void StoreElement(XElement element, string friendlyName) =>
        table.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting), key.Id);
}
