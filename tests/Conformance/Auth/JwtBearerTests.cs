using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Shouldly;
using Tandem.Simulator.Auth;
using Xunit;

namespace Tandem.Tests.Conformance.Auth;

/// <summary>The JWT bearer flow with what clients in use send. Source: salesforce-api.md, section 1.4.</summary>
public sealed class JwtBearerTests
{
    private const string Login = "https://login.salesforce.com";

    [Theory]
    [InlineData("1769861100", "login.salesforce.com")]
    [InlineData("\"1769861100\"", Login)]
    [InlineData("1769860800300", "https://test.salesforce.com/services/oauth2/token")]
    public async Task Accepts_assertions_as_clients_spell_them(string expiry, string audience)
    {
        using var key = RSA.Create(2048);
        await using var world = await StartAsync(key.ExportSubjectPublicKeyInfoPem());
        var token = await world.GrantAsync(Form(Jwt(key, expiry, audience)));
        token.ShouldNotContainKey("refresh_token");
        world.Server.Sessions.Find(token["access_token"])?.UserId.ShouldBe(world.Server.Org.AdminUserId);
    }

    [Fact]
    public async Task Takes_any_of_an_apps_keys_and_certificates_and_its_own_address_as_audience()
    {
        using var old = RSA.Create(2048);
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=app", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var world = await StartAsync(old.ExportSubjectPublicKeyInfoPem(), certificate.ExportCertificatePem());
        var expiry = (world.Clock.GetUtcNow() + TimeSpan.FromMinutes(3)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await world.GrantAsync(Form(Jwt(old, expiry, Login)));
        await world.GrantAsync(Form(Jwt(key, expiry, world.Origin)));
        await world.GrantAsync(Form(Jwt(key, expiry, world.Server.BaseAddress.Authority)));
    }

    [Fact]
    public async Task Refuses_assertions_that_are_not_good()
    {
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        await using var world = await StartAsync(key.ExportSubjectPublicKeyInfoPem());
        const string good = "1769861100";
        (await world.FaultAsync(Form(Jwt(other, good, Login)))).ShouldBe("invalid_grant: invalid assertion");
        (await world.FaultAsync(Form(Jwt(key, "1769860000", Login)))).ShouldBe("invalid_grant: invalid assertion");
        (await world.FaultAsync(Form(Jwt(key, good, "example.com")))).ShouldBe("invalid_grant: audience is invalid");
        (await world.FaultAsync(Form(Jwt(key, good, Login, user: "eve")))).ShouldBe("invalid_grant: user hasn't approved this consumer");
        (await world.FaultAsync(Form(Jwt(key, good, Login, app: "eve")))).ShouldBe("invalid_client_id: client identifier invalid");
        (await world.FaultAsync(Form("no.jwt"))).ShouldBe("invalid_grant: invalid assertion");
    }

    private static Task<SignInWorld> StartAsync(params string[] keys) => SignInWorld.StartAsync(new SignInOptions
    {
        Apps = [new ConnectedApp { ClientId = "signer", PublicKeys = keys }],
    });

    private static (string Name, string Value)[] Form(string assertion) =>
        [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];

    private static string Jwt(RSA key, string expiry, string audience, string app = "signer", string user = SignInWorld.UserName)
    {
        var header = Base64Url.EncodeToString("""{"alg":"RS256"}"""u8);
        var claims = Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes($$"""{"iss":"{{app}}","sub":"{{user}}","aud":"{{audience}}","exp":{{expiry}}}"""));
        var signature = key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }
}
