using Tandem.Bench.Load;
using Tandem.Bench.Serve;

namespace Tandem.Bench.Push;

/// <summary>
/// What the parts of a push have used of the machine's cores: this program, the org and the database. Unlike seconds of the clock it says
/// something while others use the machine, too.
/// </summary>
internal sealed record PartsCpu
{
    public required TimeSpan Program { get; init; }

    public required TimeSpan Org { get; init; }

    public required TimeSpan Database { get; init; }

    public static PartsCpu Read(LoadWorld world) => new()
    {
        Program = ProcessCpu.Read(Environment.ProcessId),
        Org = world.OrgCpu,
        Database = world.DatabaseCpu,
    };

    public PartsCpu Since(PartsCpu earlier) => new()
    {
        Program = Program - earlier.Program,
        Org = Org - earlier.Org,
        Database = Database - earlier.Database,
    };
}
