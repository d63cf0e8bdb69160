using System.Text;
using Shouldly;
using Tandem.Server.Notify;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Unit.Server.Notify;

/// <summary>RFC 5322, RFC 2045 and RFC 2047.</summary>
public sealed class MailTextTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly MailOptions Options = MailOptions.Of(new Uri("smtp://relay"), "tandem@example.com", ["one@example.com"]);

    [Fact]
    public void A_mail_names_the_connection_and_holds_each_notification()
    {
        var mail = MailText.Write(Options, [Of("salesforce", "mapping-error", "Contact: müde"), Of("salesforce", "x", "y")], At);

        var (header, body) = Parts(mail);

        header.ShouldContain("From: <tandem@example.com>\r\nTo: <one@example.com>\r\nSubject: =?utf-8?B?");
        header.ShouldContain("Date: Sat, 31 Jan 2026 12:00:00 +0000\r\n");
        Subject(header).ShouldBe("Tandem: 2 notifications of salesforce");
        body.ShouldContain("2026-01-31 11:00:00 UTC  mapping-error\r\nContact: müde\r\n");
        body.ShouldContain("x\r\ny\r\n");
    }

    [Fact]
    public void A_name_that_would_be_a_header_is_only_a_name()
    {
        var name = $"a\r\nBcc: all@example.com{new string('ü', 100)}";

        var mail = MailText.Write(Options, [Of(name, "mapping-error", "\r\n.\r\nQUIT")], At);

        var (header, _) = Parts(mail);
        header.Split("\r\n").ShouldAllBe(line => line.Length <= 78 && !line.StartsWith("Bcc", StringComparison.Ordinal));
        Subject(header).ShouldBe($"Tandem: mapping-error of {name}");
        mail.Split("\r\n").ShouldAllBe(line => !line.StartsWith('.'));
    }

    private static (string Header, string Body) Parts(string mail)
    {
        var parts = mail.Split("\r\n\r\n", 2);
        return (parts[0], Encoding.UTF8.GetString(Convert.FromBase64String(parts[1])));
    }

    private static string Subject(string header)
    {
        var lines = header.Split("\r\n").SkipWhile(line => !line.StartsWith("Subject: ", StringComparison.Ordinal)).ToList();
        var words = lines.Take(1).Concat(lines.Skip(1).TakeWhile(line => line.StartsWith(' ')))
            .Select(line => line[(line.IndexOf("=?utf-8?B?", StringComparison.Ordinal) + 10)..^2]);
        return Encoding.UTF8.GetString([.. words.SelectMany(Convert.FromBase64String)]);
    }

    private static UntoldNotification Of(string connection, string type, string message) => new()
    {
        Notification = new Notification { Id = 1, EventType = type, Message = message, CreatedAt = At.AddHours(-1) },
        ConnectionId = Guid.Empty,
        ConnectionName = connection,
        AppName = "an-app",
    };
}
