namespace Tandem.Simulator.PubSub.Grpc;

/// <summary>Ends a call with a status other than OK; thrown by methods, turned into trailers by <see cref="GrpcMethod"/>.</summary>
internal sealed class GrpcException(GrpcStatus status, string message, string? errorCode = null) : Exception(message)
{
    public GrpcStatus Status { get; } = status;

    /// <summary>The service's own code, for the trailer <c>error-code</c>; null when gRPC itself refuses the call.</summary>
    public string? ErrorCode { get; } = errorCode;
}
