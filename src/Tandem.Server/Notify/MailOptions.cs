using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tandem.Server.Notify;

/// <summary>Which server takes our mail, and from whom to whom it goes.</summary>
public sealed record MailOptions
{
    private const int SubmissionPort = 587;
    private const int TlsPort = 465;

    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>TLS from the first byte; else STARTTLS where the server offers it.</summary>
    public required bool UsesTls { get; init; }

    /// <summary>Who may vouch for the server, and nobody else then; null for those whom this machine trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Null for a server that asks for none.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    /// <summary>A connection's next mail comes this long after the one before, with all that has come up meanwhile.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the server may take for one mail.</summary>
    public TimeSpan SendWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="server">smtp or smtps, with user and password where the server asks for them.</param>
    internal static MailOptions Of(Uri server, string from, IReadOnlyList<string> to)
    {
        var usesTls = server.Scheme == "smtps";
        var parts = server.UserInfo.Split(':', 2);
        return new MailOptions
        {
            Host = server.Host,
            Port = server.Port > 0 ? server.Port : usesTls ? TlsPort : SubmissionPort,
            UsesTls = usesTls,
            UserName = parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null,
            Password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null,
            From = from,
            To = to,
        };
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Host = ").Append(Host);
        return true;
    }
}
