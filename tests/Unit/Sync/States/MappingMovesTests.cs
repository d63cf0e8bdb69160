using Shouldly;
using Tandem.Sync.States;
using Xunit;

namespace Tandem.Tests.Unit.Sync.States;

/// <summary>heroku-connect.md, section 10.2.</summary>
public sealed class MappingMovesTests
{
    public static TheoryData<MappingState> States => [.. Enum.GetValues<MappingState>()];

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_can_be_stored_and_read(MappingState state) => MappingMoves.Parse(MappingMoves.ToText(state)).ShouldBe(state);

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_may_fail_and_be_left_again(MappingState state)
    {
        MappingMoves.IsLegal(state, MappingState.SystemError).ShouldBeTrue();
        MappingMoves.IsLegal(MappingState.SystemError, state).ShouldBeTrue();
    }

    [Theory]
    [InlineData(MappingState.Initial, MappingState.DataSynced)]
    [InlineData(MappingState.DataSynced, MappingState.LoadingBulkJob)]
    [InlineData(MappingState.PollingSfChanges, MappingState.Initial)]
    public void Refuses_a_leap(MappingState from, MappingState to) =>
        Should.Throw<InvalidOperationException>(() => MappingMoves.Move(from, to)).Message.ShouldContain(MappingMoves.ToText(to));

    [Fact]
    public void Refuses_a_stored_state_that_it_does_not_know() =>
        Should.Throw<InvalidOperationException>(() => MappingMoves.Parse("DREAMING")).Message.ShouldContain("DREAMING");
}
