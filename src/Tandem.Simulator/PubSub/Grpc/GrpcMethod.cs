using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tandem.Simulator.PubSub.Grpc;

/// <summary>
/// Runs one method of a service for HTTP/2 requests: refuses what is no gRPC, keeps the client's deadline, and ends every call with the
/// trailers that carry its status. The service's addresses are mapped to it.
/// </summary>
internal sealed partial class GrpcMethod(
    Func<GrpcCall, CancellationToken, Task> method, TimeProvider timeProvider, ILogger<GrpcMethod> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
        var call = new GrpcCall(context);
        using var deadline = new CancellationTokenSource();
        var failure = await RunAsync(call, deadline, context.RequestAborted);
        if (context.RequestAborted.IsCancellationRequested)
            return;
        context.Response.AppendTrailer("grpc-status",
            ((int)(failure?.Status ?? GrpcStatus.Ok)).ToString(CultureInfo.InvariantCulture));
        if (failure is null)
            return;
        context.Response.AppendTrailer("grpc-message", Encode(failure.ErrorCode is null ? failure.Message
            : $"{failure.Message} rpcId: {call.RpcId}"));
        context.Response.AppendTrailer("rpc-id", call.RpcId);
        if (failure.ErrorCode is { } code)
            context.Response.AppendTrailer("error-code", code);
    }

    /// <summary>A status text as a header carries it: printable ASCII, everything else as the percent-encoded bytes of its UTF-8.</summary>
    internal static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }

    private async Task<GrpcException?> RunAsync(GrpcCall call, CancellationTokenSource deadline, CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        ITimer? timer = null;
        try
        {
            if (call.Metadata("grpc-encoding") is { } encoding and not ("identity" or "gzip"))
                throw new GrpcException(GrpcStatus.Unimplemented, $"The encoding {encoding} is not known: identity and gzip are.");
            if (GrpcTimeout.Parse(call.Metadata("grpc-timeout")) is { } timeout)
                timer = timeProvider.CreateTimer(_ => deadline.Cancel(), null, timeout, Timeout.InfiniteTimeSpan);
            await method(call, ended.Token);
            return null;
        }
        catch (GrpcException exception)
        {
            return exception;
        }
        catch (Exception exception) when (aborted.IsCancellationRequested
            && exception is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // The client is gone: nobody reads a status.
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new GrpcException(GrpcStatus.DeadlineExceeded, "Deadline exceeded.");
        }
        catch (Exception exception)
        {
            LogFault(logger, exception);
            return new GrpcException(GrpcStatus.Unknown, "An unexpected error occurred.");
        }
        finally
        {
            if (timer is not null)
                await timer.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A Pub/Sub call failed in a way that nobody foresaw.")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
