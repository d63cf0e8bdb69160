using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Notify;

/// <summary>Who is told of what needs a person: a webhook, people by e-mail, both or nobody.</summary>
public sealed record NotifyOptions
{
    private const string WebhookUrl = "TANDEM_WEBHOOK_URL";
    private const string WebhookSecret = "TANDEM_WEBHOOK_SECRET";
    private const string SmtpUrl = "TANDEM_SMTP_URL";
    private const string SmtpAuthorities = "TANDEM_SMTP_CA_FILE";
    private const string MailFrom = "TANDEM_MAIL_FROM";
    private const string MailTo = "TANDEM_MAIL_TO";
    private const int ShortestSecret = 16;

    public WebhookOptions? Webhook { get; init; }

    public MailOptions? Mail { get; init; }

    /// <param name="readVariable">Reads a variable of the environment.</param>
    /// <exception cref="ConfigurationException">A sentence for each value that cannot work, and quotes none: they hold secrets.</exception>
    public static NotifyOptions Read(Func<string, string?> readVariable)
    {
        var problems = new List<string>();
        var options = new NotifyOptions { Webhook = ReadWebhook(readVariable, problems), Mail = ReadMail(readVariable, problems) };
        return problems.Count == 0 ? options : throw new ConfigurationException(problems);
    }

    private static WebhookOptions? ReadWebhook(Func<string, string?> readVariable, List<string> problems)
    {
        var (url, secret) = (readVariable(WebhookUrl) ?? "", readVariable(WebhookSecret) ?? "");
        if (url.Length == 0 && secret.Length == 0)
            return null;
        var isAddress = Uri.TryCreate(url, UriKind.Absolute, out var address)
            && address.Scheme is "https" or "http"
            && address.UserInfo.Length == 0;
        if (!isAddress)
            problems.Add($"{WebhookUrl}: expected an address such as https://hooks.example.com/tandem without a user, found {Found(url)}.");
        if (secret.Length < ShortestSecret)
            problems.Add($"{WebhookSecret}: expected at least {ShortestSecret} characters, found {secret.Length}.");
        return address is null ? null : new WebhookOptions { Address = address, Secret = secret };
    }

    private static MailOptions? ReadMail(Func<string, string?> readVariable, List<string> problems)
    {
        var (url, from, to) = (readVariable(SmtpUrl) ?? "", readVariable(MailFrom) ?? "", readVariable(MailTo) ?? "");
        var file = readVariable(SmtpAuthorities) ?? "";
        if (url.Length == 0 && from.Length == 0 && to.Length == 0 && file.Length == 0)
            return null;
        var isServer = Uri.TryCreate(url, UriKind.Absolute, out var server)
            && server.Scheme is "smtp" or "smtps"
            && server.Host.Length > 0
            && server.AbsolutePath is "" or "/";
        if (!isServer)
            problems.Add($"{SmtpUrl}: expected smtp://user:password@host:587 or smtps://user:password@host:465, found {Found(url)}.");
        if (!IsAddress(from))
            problems.Add($"{MailFrom}: expected an e-mail address such as tandem@example.com, found {Found(from)}.");
        var recipients = to.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (recipients.Length == 0 || !recipients.All(IsAddress))
            problems.Add($"{MailTo}: expected e-mail addresses with commas between, found {Found(to)}.");
        var authorities = file.Length == 0 ? null : ReadAuthorities(file, problems);
        return server is null ? null : MailOptions.Of(server, from, recipients) with { Authorities = authorities };
    }

    private static X509Certificate2Collection ReadAuthorities(string file, List<string> problems)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
            if (authorities.Count == 0)
                problems.Add($"{SmtpAuthorities}: expected a file with certificates in PEM, found none in {file}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add($"{SmtpAuthorities}: expected a file with certificates in PEM; {file} cannot be read: {exception.Message}");
        }

        return authorities;
    }

    /// <summary>The address alone: no name before it, nothing that could begin another line.</summary>
    private static bool IsAddress(string text) =>
        MailAddress.TryCreate(text, out var address) && address.Address == text && text.All(letter => letter is > ' ' and < '\x7f');

    private static string Found(string value) => value.Length == 0 ? "nothing" : "something else";
}
