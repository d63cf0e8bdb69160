using Tandem.Sync.Running;

namespace Tandem.Server.Api;

/// <summary>The counts of a connection's mappings at a moment; of none while the connection is not at work.</summary>
internal sealed record StatusSnapshot(DateTimeOffset ReadAt, IReadOnlyList<MappingStatus> Mappings)
{
    public MappingStatus? Of(string objectName) =>
        Mappings.FirstOrDefault(status => status.ObjectName.Equals(objectName, StringComparison.OrdinalIgnoreCase));
}
