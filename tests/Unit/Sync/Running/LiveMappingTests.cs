using Shouldly;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Running;

/// <summary>How a mapping stops for its schema and goes on: a worker between its last pull and its wait misses neither.</summary>
public sealed class LiveMappingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_stopped_mapping_says_why_until_it_may_go_on()
    {
        using var mapping = Create();

        mapping.Stop("Account.Phone is lost.");
        Should.Throw<SchemaDriftException>(mapping.ThrowIfStopped).Message.ShouldBe("Account.Phone is lost.");

        mapping.Stop(null);
        Should.NotThrow(mapping.ThrowIfStopped);
    }

    [Fact]
    public void A_stop_wakes_the_worker_that_waits_for_its_tick()
    {
        using var mapping = Create();

        mapping.Stop("lost");

        mapping.WaitForWorkAsync(Token).IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void A_worker_that_begins_to_wait_after_the_end_of_its_stop_goes_on_at_once()
    {
        using var mapping = Create();
        mapping.Stop("lost");

        mapping.Stop(null);

        mapping.WaitForRecoverAsync(Token).IsCompletedSuccessfully.ShouldBeTrue();
    }

    private static LiveMapping Create()
    {
        var mapped = SampleObjects.Map(null, "Name");
        return new LiveMapping(mapped.Mapping, mapped, static () => { });
    }
}
