using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tandem.Testing;

/// <summary>A TCP relay in front of a server on an address that stays, which a test cuts and restores: the network to it.</summary>
public sealed class NetworkRelay(string host, int port) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _port;

    /// <summary>The port of this machine where it is; kept over a cut.</summary>
    public int Port => _port;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public void Restore()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Ends every connection and refuses new ones.</summary>
    public async Task CutAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach (var client in _open.Keys)
        {
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            _open[near] = 0;
            _open[far] = 0;
            try
            {
                await far.ConnectAsync(host, port);
                var (nearStream, farStream) = (near.GetStream(), far.GetStream());
                await Task.WhenAny(nearStream.CopyToAsync(farStream), farStream.CopyToAsync(nearStream));
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
            {
                // Cut.
            }
            finally
            {
                _open.TryRemove(near, out _);
                _open.TryRemove(far, out _);
            }
        }
    }
}
