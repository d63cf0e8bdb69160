using Shouldly;
using Tandem.Server.Notify;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Unit.Server.Notify;

/// <summary>Who is told of notifications, by the environment.</summary>
public sealed class NotifyOptionsTests
{
    [Fact]
    public void Without_variables_nobody_is_told() => NotifyOptions.Read(_ => null).ShouldBe(new NotifyOptions());

    [Fact]
    public void Both_ways_are_read()
    {
        var options = Read(
            ("TANDEM_WEBHOOK_URL", "https://hooks.example.com/a?b=c"),
            ("TANDEM_WEBHOOK_SECRET", "sixteen-letters-"),
            ("TANDEM_SMTP_URL", "smtps://an%40user:pass%3Aword@mail.example.com"),
            ("TANDEM_MAIL_FROM", "tandem@example.com"),
            ("TANDEM_MAIL_TO", "one@example.com, two@example.com"));

        options.Webhook.ShouldNotBeNull().Address.ShouldBe(new Uri("https://hooks.example.com/a?b=c"));
        var mail = options.Mail.ShouldNotBeNull();
        (mail.Host, mail.Port, mail.UsesTls, mail.UserName, mail.Password)
            .ShouldBe(("mail.example.com", 465, true, "an@user", "pass:word"));
        mail.To.ShouldBe(["one@example.com", "two@example.com"]);
        $"{options.Webhook} {mail}".ShouldNotContain("sixteen");
        $"{options.Webhook} {mail}".ShouldNotContain("word");
    }

    [Theory]
    [InlineData("smtp://relay", 587, false)]
    [InlineData("smtp://relay:25", 25, false)]
    [InlineData("smtps://relay", 465, true)]
    public void A_mail_server_has_the_port_of_its_kind(string url, int port, bool usesTls)
    {
        var mail = Read(("TANDEM_SMTP_URL", url), ("TANDEM_MAIL_FROM", "a@b.c"), ("TANDEM_MAIL_TO", "a@b.c")).Mail.ShouldNotBeNull();

        (mail.Port, mail.UsesTls, mail.UserName).ShouldBe((port, usesTls, null));
    }

    [Fact]
    public void Every_problem_is_told_at_once_and_none_quotes_a_secret()
    {
        var problems = Should.Throw<ConfigurationException>(() => Read(
            ("TANDEM_WEBHOOK_URL", "https://user:hidden@hooks.example.com"),
            ("TANDEM_WEBHOOK_SECRET", "hidden"),
            ("TANDEM_SMTP_URL", "ftp://user:hidden@mail.example.com"),
            ("TANDEM_MAIL_TO", "one@example.com\r\nBcc: all@example.com"))).Problems;

        problems.ShouldBe(
        [
            "TANDEM_WEBHOOK_URL: expected an address such as https://hooks.example.com/tandem without a user, found something else.",
            "TANDEM_WEBHOOK_SECRET: expected at least 16 characters, found 6.",
            "TANDEM_SMTP_URL: expected smtp://user:password@host:587 or smtps://user:password@host:465, found something else.",
            "TANDEM_MAIL_FROM: expected an e-mail address such as tandem@example.com, found nothing.",
            "TANDEM_MAIL_TO: expected e-mail addresses with commas between, found something else.",
        ]);
    }

    private static NotifyOptions Read(params (string Name, string Value)[] variables) => NotifyOptions.Read(
        name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
