using Shouldly;
using Tandem.Simulator.PubSub.Grpc;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.PubSub;

/// <summary>The deadline that a client sends. Source: the gRPC protocol over HTTP/2.</summary>
public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("30S", 30_000)]
    [InlineData("250m", 250)]
    [InlineData("5000u", 5)]
    [InlineData("7000000n", 7)]
    public void Has_a_number_and_a_unit(string text, int milliseconds) =>
        GrpcTimeout.Parse(text).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void May_be_absent(string? text) => GrpcTimeout.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("S")]
    [InlineData("30")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1x")]
    public void Anything_else_is_refused(string text) => Should.Throw<GrpcException>(() => GrpcTimeout.Parse(text));
}
