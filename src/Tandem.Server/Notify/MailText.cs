using System.Globalization;
using System.Text;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Notify;

/// <summary>Writes the mail about notifications of one connection: plain text in UTF-8. Source: RFC 5322, RFC 2045, RFC 2047.</summary>
internal static class MailText
{
    /// <summary>A line with an encoded word may have 76 characters, the name of the header among them.</summary>
    private const int BytesOfAWord = 39;

    /// <returns>Lines that end with CRLF.</returns>
    public static string Write(MailOptions options, IReadOnlyList<UntoldNotification> digest, DateTimeOffset at)
    {
        var connection = digest[0].ConnectionName;
        var subject = digest is [var only]
            ? $"Tandem: {only.Notification.EventType} of {connection}"
            : $"Tandem: {digest.Count} notifications of {connection}";
        var body = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"The connection {connection} of the app {digest[0].AppName} needs a person.\r\n");
        foreach (var one in digest.Select(untold => untold.Notification))
        {
            body.Append(
                CultureInfo.InvariantCulture,
                $"\r\n{one.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  {one.EventType}\r\n{one.Message}\r\n");
        }

        body.Append("\r\nThey stay open until somebody acknowledges them: tandem notifications --acknowledge\r\n");
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"From: <{options.From}>\r\n")
            .Append("To: ").AppendJoin(", ", options.To.Select(recipient => $"<{recipient}>")).Append("\r\n")
            .Append("Subject: ").AppendJoin("\r\n ", Words(subject)).Append("\r\n")
            .Append(CultureInfo.InvariantCulture, $"Date: {at.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n")
            .Append(CultureInfo.InvariantCulture, $"Message-ID: <{Guid.CreateVersion7(at):N}@{options.From.Split('@')[^1]}>\r\n")
            .Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n")
            .Append("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(body.ToString()), Base64FormattingOptions.InsertLineBreaks))
            .Append("\r\n")
            .ToString();
    }

    /// <summary>The subject in encoded words, whatever a connection is called: no name begins a line of the header.</summary>
    private static IEnumerable<string> Words(string subject)
    {
        var word = new List<byte>();
        foreach (var rune in subject.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > BytesOfAWord)
            {
                yield return Encode(word);
                word.Clear();
            }

            word.AddRange(bytes);
        }

        yield return Encode(word);
    }

    private static string Encode(List<byte> word) => $"=?utf-8?B?{Convert.ToBase64String([.. word])}?=";
}
