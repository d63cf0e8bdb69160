using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tandem.Server.Notify;

/// <summary>
/// One conversation with a mail server: greeting, TLS, signing in, one mail. A password goes over TLS only, but for a server on this
/// machine. Source: RFC 5321, RFC 3207 (STARTTLS), RFC 4954 (AUTH PLAIN).
/// </summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int LongestReply = 64;

    /// <summary>The first digit of a status says how a client goes on. Source: RFC 5321, section 4.2.1.</summary>
    private const int Done = 2;
    private const int GoOn = 3;

    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;

    private bool IsOnThisMachine => _client.Client.RemoteEndPoint is IPEndPoint end && IPAddress.IsLoopback(end.Address);

    private SmtpSession()
    {
    }

    /// <exception cref="SmtpException">The server refuses, or would have the password in the clear.</exception>
    public static async Task<SmtpSession> OpenAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var session = new SmtpSession();
        try
        {
            await session.GreetAsync(options, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <param name="mail">Header and body, in lines that end with CRLF, none of which begins with a point.</param>
    public async Task SendAsync(string from, IEnumerable<string> to, string mail, CancellationToken cancellationToken)
    {
        await AskAsync($"MAIL FROM:<{from}>", "the sender", Done, cancellationToken);
        foreach (var recipient in to)
            await AskAsync($"RCPT TO:<{recipient}>", "a recipient", Done, cancellationToken);
        await AskAsync("DATA", "the mail", GoOn, cancellationToken);
        await AskAsync($"{mail}.", "the mail", Done, cancellationToken);
        await WriteAsync("QUIT", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task GreetAsync(MailOptions options, CancellationToken cancellationToken)
    {
        await _client.ConnectAsync(options.Host, options.Port, cancellationToken);
        Use(_client.GetStream());
        if (options.UsesTls)
            await SecureAsync(options, cancellationToken);
        await ExpectAsync("the connection", Done, cancellationToken);
        var offers = await AskAsync("EHLO tandem", "the greeting", Done, cancellationToken);
        var isSecure = options.UsesTls;
        if (!isSecure && offers.Any(offer => offer.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
        {
            await AskAsync("STARTTLS", "TLS", Done, cancellationToken);
            await SecureAsync(options, cancellationToken);
            await AskAsync("EHLO tandem", "the greeting", Done, cancellationToken);
            isSecure = true;
        }

        if (options.UserName is null)
            return;
        if (!isSecure && !IsOnThisMachine)
            throw new SmtpException("it offers no TLS, and the password is not sent in the clear.");
        var proof = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{options.UserName}\0{options.Password}"));
        await AskAsync($"AUTH PLAIN {proof}", "the sign-in", Done, cancellationToken);
    }

    private async Task SecureAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var secure = new SslStream(_stream);
        _stream = secure;
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = options.Host, CertificateChainPolicy = PolicyOf(options) },
                cancellationToken);
        }
        catch (AuthenticationException exception)
        {
            throw new SmtpException(
                $"it shows no certificate by which it is known to be {options.Host}: {exception.Message} TANDEM_SMTP_CA_FILE can name the "
                + "certificate of an authority of your own.",
                exception);
        }

        Use(secure);
    }

    /// <summary>Null checks as this machine does.</summary>
    private static X509ChainPolicy? PolicyOf(MailOptions options)
    {
        if (options.Authorities is not { } authorities)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>With a reader of its own: what came before TLS does not count behind it.</summary>
    private void Use(Stream stream)
    {
        _stream = stream;
        _reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
    }

    private async Task<IReadOnlyList<string>> AskAsync(string line, string step, int expected, CancellationToken cancellationToken)
    {
        await WriteAsync(line, cancellationToken);
        return await ExpectAsync(step, expected, cancellationToken);
    }

    private async Task WriteAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{line}\r\n"), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <returns>The lines of the reply, without their status.</returns>
    private async Task<IReadOnlyList<string>> ExpectAsync(string step, int expected, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < LongestReply)
        {
            var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new SmtpException($"it ended the line at {step}.");
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new SmtpException($"it answered no status to {step}.");
            if (status / 100 != expected)
                throw new SmtpException(string.Create(CultureInfo.InvariantCulture, $"it answered {status} to {step}."));
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
                return lines;
        }

        throw new SmtpException($"its answer to {step} has no end.");
    }
}
