using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.SignIn;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.SignIn;

/// <summary>What a sign-in is not begun for: hosts that are no org's, and addresses that are not ours to send a browser to.</summary>
public sealed class SignInRefusalTests
{
    private static readonly FakeTimeProvider Time = new();

    private static SignInOptions Options => new()
    {
        ClientId = "tandem",
        CallbackUrl = new Uri("https://tandem.example.com/auth/callback"),
        ReturnOrigins = ["https://console.example.com", "http://intranet:8080"],
        DevelopmentOrgs = ["http://127.0.0.1:8700"],
    };

    private static SignInRequest Request => SignInWorld.Ask();

    [Theory]
    [InlineData("http://localhost:18000")]
    [InlineData("http://localhost:18000/")]
    [InlineData("HTTP://LocalHost:18000/done?a=b#c")]
    [InlineData("http://127.0.0.1:18000/x")]
    [InlineData("http://localhost")]
    [InlineData("https://console.example.com")]
    [InlineData("https://console.example.com/apps/1?tab=2")]
    [InlineData("http://intranet:8080/x")]
    [InlineData("/")]
    [InlineData("/connections/1?tab=2#x")]
    [InlineData(null)]
    [InlineData("")]
    public void Sends_a_browser_home(string? next) => Begin(Request with { Next = next }).Refusal.ShouldBeNull();

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData(" https://evil.example")]
    [InlineData("evil.example")]
    [InlineData("connections/1")]
    [InlineData("http:evil.example")]
    [InlineData("http:/localhost:18000")]
    [InlineData("http:localhost:18000")]
    [InlineData("https://localhost:18000")]
    [InlineData("http://localhost:18000@evil.example")]
    [InlineData("http://localhost@evil.example")]
    [InlineData("http://user:pass@localhost:18000")]
    [InlineData("http://localhost:18000\\@evil.example")]
    [InlineData("http://localhost.evil.example:18000")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("http://127.1:18000")]
    [InlineData("http://2130706433:18000")]
    [InlineData("http://0x7f.0.0.1:18000")]
    [InlineData("http://0.0.0.0:18000")]
    [InlineData("http://[::1]:18000")]
    [InlineData("http://localhost.:18000")]
    [InlineData("http://localhost:99999")]
    [InlineData("http://localhost%2eevil.example")]
    [InlineData("http://locаlhost:18000")]
    [InlineData("http://ｌocalhost:18000")]
    [InlineData("https://console.example.com.evil.example")]
    [InlineData("https://console.example.com@evil.example")]
    [InlineData("https://console.example.com:8443")]
    [InlineData("http://console.example.com")]
    [InlineData("https://evil.example/https://console.example.com")]
    [InlineData("https://evil.example?https://console.example.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("javascript://localhost:18000/%0aalert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://localhost:18000")]
    [InlineData("/ok\r\nLocation: https://evil.example")]
    [InlineData("/\"><script>")]
    public void Sends_no_browser_to_a_stranger(string next)
    {
        var start = Begin(Request with { Next = next });
        start.Redirect.ShouldBeNull();
        start.Refusal.ShouldBe(
            "next must be a path of this server, http://localhost:PORT or http://127.0.0.1:PORT, or an address of "
            + "https://console.example.com, http://intranet:8080; found another address, to which no browser is sent after signing in.");
    }

    [Fact]
    public void Sends_no_browser_to_an_endless_address() =>
        Begin(Request with { Next = "/" + new string('a', 2000) }).Refusal.ShouldNotBeNull().ShouldStartWith("next must");

    [Theory]
    [InlineData("acme.my.salesforce.com", "https://acme.my.salesforce.com/")]
    [InlineData("https://Acme.my.salesforce.com/", "https://acme.my.salesforce.com/")]
    [InlineData("acme--dev.sandbox.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com/")]
    [InlineData("flow-1-dev-ed.scratch.my.salesforce.com", "https://flow-1-dev-ed.scratch.my.salesforce.com/")]
    [InlineData("acme.my.salesforce.mil", "https://acme.my.salesforce.mil/")]
    [InlineData("127.0.0.1:8700", "http://127.0.0.1:8700/")]
    [InlineData("http://127.0.0.1:8700", "http://127.0.0.1:8700/")]
    public void Knows_an_orgs_own_domain(string domain, string origin) =>
        Begin(SignInWorld.Ask("custom", domain)).Redirect.ShouldNotBeNull().GetLeftPart(UriPartial.Authority).ShouldBe(origin.TrimEnd('/'));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("my.salesforce.com")]
    [InlineData(".my.salesforce.com")]
    [InlineData("-a.my.salesforce.com")]
    [InlineData("a..my.salesforce.com")]
    [InlineData("acme.my.salesforce.com.evil.example")]
    [InlineData("acme.my.salesforce.com@evil.example")]
    [InlineData("evil.example/acme.my.salesforce.com")]
    [InlineData("evil.example#.my.salesforce.com")]
    [InlineData("evil.example?.my.salesforce.com")]
    [InlineData("evil.example\\.my.salesforce.com")]
    [InlineData("evilmy.salesforce.com")]
    [InlineData("acme.my.salesforce.com:8443")]
    [InlineData("acme.my.salesforce.com/path")]
    [InlineData("http://acme.my.salesforce.com")]
    [InlineData("acme.my.salesforce.com.")]
    [InlineData("аcme.my.salesforce.com")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:8701")]
    [InlineData("localhost:8700")]
    [InlineData("169.254.169.254")]
    [InlineData("[::1]:8700")]
    [InlineData("acme.lightning.force.com")]
    public void Knows_no_other_host(string domain)
    {
        var start = Begin(SignInWorld.Ask("custom", domain));
        start.Redirect.ShouldBeNull();
        start.Refusal.ShouldNotBeNull().ShouldStartWith("The domain must be the org's My Domain");
    }

    [Theory]
    [InlineData("custom", null, "The environment custom needs the org's My Domain, such as acme.my.salesforce.com.")]
    [InlineData("custom", "", "The environment custom needs the org's My Domain, such as acme.my.salesforce.com.")]
    [InlineData("staging", null, "The environment must be production, sandbox or custom; found another word.")]
    [InlineData("Production", null, "The environment must be production, sandbox or custom; found another word.")]
    [InlineData(
        "sandbox",
        "acme.my.salesforce.com",
        "The environment sandbox has a login host of its own; leave the domain out, or choose the environment custom.")]
    public void Names_what_is_wrong_with_the_environment(string environment, string? domain, string sentence) =>
        Begin(SignInWorld.Ask(environment, domain)).Refusal.ShouldBe(sentence);

    [Theory]
    [InlineData("production", "https://login.salesforce.com")]
    [InlineData("sandbox", "https://test.salesforce.com")]
    public void The_shared_login_hosts_are_Salesforces(string environment, string origin) =>
        Begin(SignInWorld.Ask(environment)).Redirect.ShouldNotBeNull().GetLeftPart(UriPartial.Authority).ShouldBe(origin);

    [Fact]
    public void Refuses_a_version_that_is_none() =>
        Begin(Request with { ApiVersion = "latest" }).Refusal.ShouldNotBeNull().ShouldStartWith("api_version must look like");

    [Fact]
    public async Task Keeps_few_sign_ins_per_connection_and_a_bounded_number_in_all()
    {
        var flow = new SignInFlow(
            Options with { PendingPerConnection = 2, MaxPending = 3 }, Time, NullLoggerFactory.Instance);
        var first = StateOf(flow.Begin(Request));
        var second = StateOf(flow.Begin(Request));
        flow.Begin(Request).Refusal.ShouldBeNull();
        (await IsKnownAsync(flow, first)).ShouldBeFalse();
        (await IsKnownAsync(flow, second)).ShouldBeTrue();

        flow.Begin(Request with { ConnectionId = Guid.NewGuid() }).Refusal.ShouldBeNull();
        flow.Begin(Request with { ConnectionId = Guid.NewGuid() }).Refusal.ShouldBeNull();
        flow.Begin(Request with { ConnectionId = Guid.NewGuid() }).Refusal.ShouldBe(
            "Too many sign-ins are under way. Try again in some minutes.");
    }

    [Fact]
    public void Those_that_have_expired_make_room()
    {
        var time = new FakeTimeProvider();
        var flow = new SignInFlow(Options with { MaxPending = 1 }, time, NullLoggerFactory.Instance);
        flow.Begin(Request).Refusal.ShouldBeNull();
        flow.Begin(Request with { ConnectionId = Guid.NewGuid() }).Refusal.ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(10));
        flow.Begin(Request with { ConnectionId = Guid.NewGuid() }).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Names_everything_in_its_options_that_cannot_work()
    {
        var options = new SignInOptions
        {
            ClientId = "",
            CallbackUrl = new Uri("http://tandem.example.com/auth/callback"),
            ReturnOrigins = ["https://console.example.com/path", "console.example.com"],
            DevelopmentOrgs = ["http://10.0.0.1:8700"],
            ProductionUrl = new Uri("http://login.example.com"),
            Lifetime = TimeSpan.Zero,
            MaxPending = 0,
        };
        options.FindProblems().Count.ShouldBe(8);
        Should.Throw<ArgumentException>(() => new SignInFlow(options, Time, NullLoggerFactory.Instance));
        Options.FindProblems().ShouldBeEmpty();
        (Options with { ClientSecret = "shh-secret" }).ToString().ShouldNotContain("shh");
    }

    private static SignInStart Begin(SignInRequest request) => new SignInFlow(Options, Time, NullLoggerFactory.Instance).Begin(request);

    private static string StateOf(SignInStart start) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(start.Redirect.ShouldNotBeNull().Query)["state"].ToString();

    /// <summary>An error of the org ends a sign-in without a call, and only a known one has an address to return to.</summary>
    private static async Task<bool> IsKnownAsync(SignInFlow flow, string state) => (await flow.CompleteAsync(
        new SignInAnswer { State = state, Error = "access_denied" }, TestContext.Current.CancellationToken)).ReturnTo is not null;
}
