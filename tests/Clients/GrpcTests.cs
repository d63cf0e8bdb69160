using Xunit;

namespace Tandem.Tests.Clients;

/// <summary>The public gRPC and Avro libraries of Node.js subscribe to the Pub/Sub API, over TLS. Source: salesforce-api.md, section
/// 6.</summary>
public sealed class GrpcTests(ClientOrg org)
{
    [Fact]
    public Task Decodes_change_events_and_replays_them() => NodeProgram.RunScriptAsync("grpc-events.cjs", org);
}
