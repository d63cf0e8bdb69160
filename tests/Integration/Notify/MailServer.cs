using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tandem.Tests.Integration.Notify;

/// <summary>A small mail server: takes each mail, keeps what was said to it, and refuses what it is told to.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    public MailServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The mails that were taken, header and body.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    /// <summary>Every line that a client sent, but those of mails.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Commands with this word are answered 451; null takes all.</summary>
    public string? Refused { get; set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            await writer.WriteLineAsync("220 ready");
            while (await reader.ReadLineAsync() is { } line && line != "QUIT")
            {
                Commands.Enqueue(line);
                if (Refused is { } refused && line.StartsWith(refused, StringComparison.Ordinal))
                {
                    await writer.WriteLineAsync("451 not now");
                    continue;
                }

                if (line == "DATA")
                {
                    await writer.WriteLineAsync("354 go on");
                    Mails.Enqueue(await ReadMailAsync(reader));
                }

                await writer.WriteLineAsync(line switch
                {
                    _ when line.StartsWith("EHLO", StringComparison.Ordinal) => "250-hello\r\n250 AUTH PLAIN",
                    _ when line.StartsWith("AUTH", StringComparison.Ordinal) => "235 welcome",
                    _ => "250 ok",
                });
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private static async Task<string> ReadMailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            mail.Append(line).Append("\r\n");
        return mail.ToString();
    }
}
