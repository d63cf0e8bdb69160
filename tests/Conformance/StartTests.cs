using Shouldly;
using Tandem.Simulator;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>The start of a simulated org. Source: salesforce-api.md, section 12.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_taken_port_is_said_in_a_sentence()
    {
        await using var org = await SimulatedOrg.StartAsync();
        var port = org.Server.BaseAddress.Port;
        var error = await Should.ThrowAsync<IOException>(() => SimulatedOrg.StartAsync(new SimulatorOptions { Rows = 0, Port = port }));
        error.Message.ShouldStartWith($"Port {port} is taken");
    }
}
