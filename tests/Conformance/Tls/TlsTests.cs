using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Tandem.Simulator;
using Tandem.Tests.Conformance.PubSub;
using Xunit;

namespace Tandem.Tests.Conformance.Tls;

/// <summary>Everything under https with a CA of the simulator's own. Source: salesforce-api.md, section 12, item 15.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-tls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_port_speaks_https_and_names_itself_so()
    {
        await using var server = await StartAsync();
        server.BaseAddress.Scheme.ShouldBe("https");
        using var http = ClientOf(server);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "simulator",
            ["client_secret"] = "simulator-secret",
        });
        using var response = await http.PostAsync("/services/oauth2/token", form, TestContext.Current.CancellationToken);
        var token = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        token.GetProperty("instance_url").GetString().ShouldBe(server.BaseAddress.GetLeftPart(UriPartial.Authority));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task The_certificate_names_the_machine_in_every_way(string host)
    {
        await using var server = await StartAsync();
        using var http = ClientOf(server);
        var address = new UriBuilder(server.BaseAddress) { Host = host, Path = "/services/data" }.Uri;
        (await http.GetStringAsync(address, TestContext.Current.CancellationToken)).ShouldContain("67.0");
    }

    [Fact]
    public async Task Nobody_else_is_trusted()
    {
        await using var server = await StartAsync();
        await using var other = await SimulatorServer.StartAsync(new SimulatorOptions { Rows = 1 }, TimeProvider.System,
            CancellationToken.None);
        using var http = ClientOf(other);
        await Should.ThrowAsync<HttpRequestException>(() =>
            http.GetStringAsync(new Uri(server.BaseAddress, "/services/data"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_authority_is_kept_and_its_key_is_private()
    {
        string file;
        byte[] first;
        await using (var server = await StartAsync())
        {
            file = server.TestAuthorityFile.ShouldNotBeNull();
            first = server.TestAuthority.RawData;
        }

        File.ReadAllText(file).ShouldStartWith("-----BEGIN CERTIFICATE-----");
        File.ReadAllText(file).ShouldNotContain("PRIVATE");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_folder, "ca-key.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var again = await StartAsync();
        again.TestAuthority.RawData.ShouldBe(first);
        using var http = ClientOf(again);
        (await http.GetStringAsync("/services/data", TestContext.Current.CancellationToken)).ShouldContain("67.0");
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_stops_the_start_by_its_name()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.pem"), "nothing", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca-key.pem"), "nothing", TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<IOException>(StartAsync)).Message.ShouldContain("ca.pem");
    }

    [Fact]
    public async Task Pub_sub_can_speak_plain_text_or_be_left_out()
    {
        await using (var plain = await SimulatorServer.StartAsync(new SimulatorOptions { Rows = 1, PubSubPlainText = true },
            TimeProvider.System, CancellationToken.None))
        {
            plain.PubSubAddress?.Scheme.ShouldBe("http");
            using var client = PubSubClient.Of(plain);
            (await client.TopicAsync("/data/AccountChangeEvent")).CanSubscribe.ShouldBeTrue();
        }

        await using var without = await SimulatorServer.StartAsync(new SimulatorOptions { Rows = 1, PubSubPort = null },
            TimeProvider.System, CancellationToken.None);
        without.PubSubAddress.ShouldBeNull();
    }

    private Task<SimulatorServer> StartAsync() => SimulatorServer.StartAsync(
        new SimulatorOptions { Rows = 1, Tls = true, TlsFolder = _folder }, TimeProvider.System, CancellationToken.None);

    private static HttpClient ClientOf(SimulatorServer server)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, certificate, _, errors) => PubSubClient.Trusts(server, certificate, errors);
        return new HttpClient(handler) { BaseAddress = server.BaseAddress };
    }
}
