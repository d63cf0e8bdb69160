using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
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

    /// <summary>What it shows for TLS; null speaks none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>TLS from the first byte; else STARTTLS, where it has a certificate.</summary>
    public bool BeginsWithTls { get; init; }

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
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        try
        {
            if (!BeginsWithTls)
            {
                await TalkAsync(stream, isSecure: false);
                return;
            }

            await using var secure = await SecureAsync(stream);
            await TalkAsync(secure, isSecure: true);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The client has gone.
        }
    }

    private async Task TalkAsync(Stream stream, bool isSecure, bool isGreeted = false)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (!isGreeted)
            await writer.WriteLineAsync("220 ready");
        while (await reader.ReadLineAsync() is { } line && line != "QUIT")
        {
            Commands.Enqueue(isSecure ? $"tls {line}" : line);
            if (Refused is { } refused && line.StartsWith(refused, StringComparison.Ordinal))
            {
                await writer.WriteLineAsync("451 not now");
                continue;
            }

            if (line == "STARTTLS")
            {
                await writer.WriteLineAsync("220 go on");
                await using var secure = await SecureAsync(stream);
                await TalkAsync(secure, isSecure: true, isGreeted: true);
                return;
            }

            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                Mails.Enqueue(await ReadMailAsync(reader));
            }

            var startTls = Certificate is not null && !isSecure ? "250-STARTTLS\r\n" : "";
            await writer.WriteLineAsync(line switch
            {
                _ when line.StartsWith("EHLO", StringComparison.Ordinal) => $"250-hello\r\n{startTls}250 AUTH PLAIN",
                _ when line.StartsWith("AUTH", StringComparison.Ordinal) => "235 welcome",
                _ => "250 ok",
            });
        }
    }

    private async Task<SslStream> SecureAsync(Stream stream)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: true);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate });
        return secure;
    }

    private static async Task<string> ReadMailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            mail.Append(line).Append("\r\n");
        return mail.ToString();
    }
}
