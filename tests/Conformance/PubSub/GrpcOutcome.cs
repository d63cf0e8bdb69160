using Shouldly;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>How a call ended, as its trailers tell.</summary>
public sealed record GrpcOutcome
{
    /// <summary>gRPC's number; 0 is OK.</summary>
    public required int Status { get; init; }

    public required string Message { get; init; }

    public required string? ErrorCode { get; init; }

    public required string? RpcId { get; init; }

    /// <summary>Asserts a refusal by the service: its status, its code, and the call's id in a trailer and at the end of the
    /// text.</summary>
    public void ShouldBe(int status, string code)
    {
        Status.ShouldBe(status, Message);
        ErrorCode.ShouldBe("sfdc.platform.eventbus.grpc." + code);
        Guid.TryParse(RpcId, out _).ShouldBeTrue();
        Message.ShouldEndWith($" rpcId: {RpcId}");
    }
}
