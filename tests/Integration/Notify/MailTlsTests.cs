using System.Security.Cryptography.X509Certificates;
using Shouldly;
using Tandem.Server.Notify;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Notify;

/// <summary>Mail over TLS, from the first byte and by STARTTLS, and which servers are trusted with it.</summary>
public sealed class MailTlsTests
{
    private const string Here = "127.0.0.1";

    public static TheoryData<bool> Ways => [true, false];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_server_of_a_trusted_authority_gets_the_mail_and_the_password_within_TLS(bool beginsWithTls)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue(Here);
        await using var world = await NotifyWorld.StartAsync();
        await using var server = new MailServer { Certificate = certificate, BeginsWithTls = beginsWithTls };
        await world.AddAsync("secret");
        await using var run = world.Run(Options(server, authority));

        await world.PassTimeUntilAsync(() => !server.Mails.IsEmpty, "the mail is there");

        server.Commands.ShouldContain($"tls AUTH PLAIN {Convert.ToBase64String("\0user\0password"u8)}");
        server.Commands.Where(line => !line.StartsWith("tls ", StringComparison.Ordinal))
            .ShouldBe(beginsWithTls ? [] : ["EHLO tandem", "STARTTLS"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_certificate_of_another_name_is_refused_by_a_sentence_that_names_the_host(bool beginsWithTls)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("elsewhere.example");

        (await RefuseAsync(certificate, beginsWithTls, authority)).ShouldContain("RemoteCertificateNameMismatch");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_certificate_of_an_unknown_authority_is_refused(bool beginsWithTls)
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        using var certificate = authority.Issue(Here);

        (await RefuseAsync(certificate, beginsWithTls, authority: null)).ShouldContain("errors in the certificate chain");
        (await RefuseAsync(certificate, beginsWithTls, other)).ShouldContain("errors in the certificate chain");
    }

    [Fact]
    public async Task The_authority_comes_from_a_file_in_PEM_and_a_wrong_file_is_a_sentence()
    {
        using var authority = new TestAuthority();
        using var folder = new TemporaryFolder();
        var file = folder.Combine("authority.pem");
        await File.WriteAllTextAsync(file, authority.Certificate.ExportCertificatePem(), SyncWorld.Token);
        var empty = folder.Combine("empty.pem");
        await File.WriteAllTextAsync(empty, "nothing", SyncWorld.Token);

        Read(file).Mail.ShouldNotBeNull().Authorities.ShouldNotBeNull().ShouldHaveSingleItem().Thumbprint
            .ShouldBe(authority.Certificate.Thumbprint);
        Should.Throw<ConfigurationException>(() => Read(empty)).Problems.ShouldBe(
            [$"TANDEM_SMTP_CA_FILE: expected a file with certificates in PEM, found none in {empty}."]);
        var none = folder.Combine("none.pem");
        Should.Throw<ConfigurationException>(() => Read(none)).Problems.ShouldHaveSingleItem()
            .ShouldStartWith($"TANDEM_SMTP_CA_FILE: expected a file with certificates in PEM; {none} cannot be read: ");
    }

    /// <returns>The sentence of the refusal; the password was not sent.</returns>
    private static async Task<string> RefuseAsync(
        X509Certificate2 certificate, bool beginsWithTls, TestAuthority? authority)
    {
        await using var server = new MailServer { Certificate = certificate, BeginsWithTls = beginsWithTls };
        var refusal = await Should.ThrowAsync<SmtpException>(() => SmtpSession.OpenAsync(Options(server, authority), SyncWorld.Token));
        refusal.Message.ShouldStartWith($"it shows no certificate by which it is known to be {Here}: ");
        server.Commands.ShouldNotContain(line => line.Contains("AUTH", StringComparison.Ordinal));
        return refusal.Message;
    }

    private static MailOptions Options(MailServer server, TestAuthority? authority) => new()
    {
        Host = Here,
        Port = server.Port,
        UsesTls = server.BeginsWithTls,
        Authorities = authority is null ? null : [authority.Certificate],
        UserName = "user",
        Password = "password",
        From = "tandem@example.com",
        To = ["one@example.com"],
        SendWithin = TimeSpan.FromDays(1),
    };

    private static NotifyOptions Read(string authorities) => NotifyOptions.Read(name => name switch
    {
        "TANDEM_SMTP_URL" => "smtps://mail.example.com",
        "TANDEM_SMTP_CA_FILE" => authorities,
        "TANDEM_MAIL_FROM" or "TANDEM_MAIL_TO" => "tandem@example.com",
        _ => null,
    });
}
