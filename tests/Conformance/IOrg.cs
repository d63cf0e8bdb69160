using Tandem.Simulator;

namespace Tandem.Tests.Conformance;

/// <summary>An org with a signed-in client: the one that all tests share, or one of a test's own. <see cref="OrgCalls"/> and the clients
/// of the single protocols work with either.</summary>
public interface IOrg
{
    HttpClient Http { get; }

    /// <summary>The server of a simulated org; null for a real one.</summary>
    SimulatorServer? Simulator { get; }

    /// <summary>Deletes a record at the end, where the org outlives the tests.</summary>
    void DeleteAtEnd(string id);
}
