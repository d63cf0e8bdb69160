using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.EndToEnd;

/// <summary>A server that serves TLS by the settings that docs/guide/server.md names, and the command line that asks it.</summary>
public sealed class TlsTests
{
    private const string Token = "a-token-of-some-length";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_trusted_when_it_is_named_and_refused_with_its_fault_when_not()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new TemporaryFolder();
        var (certificate, key) = await WriteCertificateAsync(folder);
        var address = $"https://127.0.0.1:{FreePort.Next()}";
        await using var server = TandemProcess.Start(
            ["serve", "--database", database.ConnectionString, "--port", "0"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["TANDEM_API_TOKEN"] = Token,
                ["Kestrel__Endpoints__Https__Url"] = address,
                ["Kestrel__Certificates__Default__Path"] = certificate,
                ["Kestrel__Certificates__Default__KeyPath"] = key,
            });
        await server.WaitForLineAsync(line => line.Contains($"the API is at {address}", StringComparison.Ordinal), Cancelled);

        await using var stranger = Ask(address, trusted: null);
        (await stranger.WaitForExitAsync(Cancelled)).ShouldBe(1);
        stranger.ErrorLines.ShouldHaveSingleItem().ShouldStartWith(
            $"The server {address}/ cannot be asked: The remote certificate is invalid");

        await using var friend = Ask(address, certificate);
        (await friend.WaitForExitAsync(Cancelled)).ShouldBe(0, string.Join('\n', friend.ErrorLines));
        (await server.InterruptAsync(Cancelled)).ShouldBe(0);
    }

    private static TandemProcess Ask(string address, string? trusted)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["TANDEM_API_TOKEN"] = Token };
        if (trusted is not null)
            environment["SSL_CERT_FILE"] = trusted;
        return TandemProcess.Start(["connections", "--server", address], environment);
    }

    private static async Task<(string Certificate, string Key)> WriteCertificateAsync(TemporaryFolder folder)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=tandem", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificate, key) = (folder.Combine("server.pem"), folder.Combine("key.pem"));
        await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), Cancelled);
        await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem(), Cancelled);
        return (certificate, key);
    }
}
