using Shouldly;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Running;

/// <summary>architecture.md, promises 2 and 4: a pull neither doubles nor takes back what a push is writing.</summary>
public sealed class MappingGateTests
{
    [Fact]
    public async Task Lets_one_in_at_a_time()
    {
        using var gate = new MappingGate();
        var first = await gate.EnterAsync(TestContext.Current.CancellationToken);
        var second = gate.EnterAsync(TestContext.Current.CancellationToken);

        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Leaving_twice_lets_only_one_more_in()
    {
        using var gate = new MappingGate();
        var first = await gate.EnterAsync(TestContext.Current.CancellationToken);
        first.Dispose();
        first.Dispose();
        using var second = await gate.EnterAsync(TestContext.Current.CancellationToken);

        gate.EnterAsync(TestContext.Current.CancellationToken).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Knows_what_was_pushed_since_a_reading()
    {
        using var gate = new MappingGate();
        gate.NotePushed(["before"]);
        var read = gate.BeginRead();
        gate.NotePushed(["after"]);

        gate.WasPushedSince("after", read).ShouldBeTrue();
        gate.WasPushedSince("before", read).ShouldBeFalse();
        gate.WasPushedSince("never", read).ShouldBeFalse();
    }

    [Fact]
    public void A_new_reading_forgets_what_it_can_see_itself()
    {
        using var gate = new MappingGate();
        gate.BeginRead();
        gate.NotePushed(["one"]);

        gate.WasPushedSince("one", gate.BeginRead()).ShouldBeFalse();
    }

    [Fact]
    public void Commits_beside_each_other_note_all_their_records()
    {
        const int commits = 200;
        const int records = 500;
        using var gate = new MappingGate();
        var read = gate.BeginRead();

        Parallel.For(0, commits, commit => gate.NotePushed(Enumerable.Range(0, records).Select(record => IdOf(commit, record))));

        Enumerable.Range(0, commits * records)
            .Count(at => gate.WasPushedSince(IdOf(at / records, at % records), read))
            .ShouldBe(commits * records);

        static string IdOf(int commit, int record) => FormattableString.Invariant($"{commit}-{record}");
    }
}
