using System.Net.Sockets;

namespace Tandem.Salesforce.Http;

/// <summary>
/// Tells a failure of the network from a bug, and whether the request can have reached Salesforce. Only a connection that never stood
/// proves that it did not; whatever happens later leaves it open.
/// </summary>
internal static class TransportFault
{
    public static bool Covers(Exception exception)
        => exception is HttpRequestException or IOException or SocketException or OperationCanceledException;

    public static SalesforceException Describe(Exception exception, HttpRequestMessage request, bool isTimedOut)
    {
        var host = request.RequestUri is { IsAbsoluteUri: true } address ? address.Authority : "Salesforce";
        var wasNeverSent = IsConnectFailure(exception);
        var isUncertain = !wasNeverSent && !request.IsReadOnly();
        var code = isTimedOut ? SalesforceErrorCodes.Timeout : SalesforceErrorCodes.Unreachable;
        var what = (isTimedOut, wasNeverSent) switch
        {
            (true, _) => $"{host} did not answer in time; try again later, or raise RequestTimeout",
            (_, true) => $"{host} cannot be reached; check its name, the network and the certificates of this machine",
            _ => $"The connection to {host} was cut before the answer was complete; try again later",
        };
        return new SalesforceException(code, isUncertain ? what + " (the request may have been carried out)." : what + ".", exception)
        {
            IsUncertain = isUncertain,
        };
    }

    private static bool IsConnectFailure(Exception exception) => exception switch
    {
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.VersionNegotiationError
        } => true,

        // The handler's own connect time-out; ours carries no inner exception.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };
}
