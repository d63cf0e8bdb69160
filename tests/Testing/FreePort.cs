using System.Net;
using System.Net.Sockets;

namespace Tandem.Testing;

/// <summary>Finds a port on loopback that nobody listens on, for a server that cannot choose its own.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
