using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Server.SignIn;
using Tandem.Simulator;
using Tandem.Simulator.Auth;
using Tandem.Testing;
using Xunit;
using SignInOptions = Tandem.Server.SignIn.SignInOptions;

namespace Tandem.Tests.Integration.SignIn;

/// <summary>A simulated org that knows Tandem's connected app, the flow that signs in to it, and a person who does. The clock of the flow
/// stands until a test moves it.</summary>
internal sealed class SignInWorld : IAsyncDisposable
{
    private const string Secret = "tandem-secret";
    private const string ClientId = "tandem";

    private static readonly SimulatorOptions Org = new() { Rows = 1 };

    private SignInWorld(SimulatorServer server)
    {
        Server = server;
        Time = new FakeTimeProvider();
        Options = new SignInOptions
        {
            ClientId = ClientId,
            ClientSecret = Secret,
            CallbackUrl = Callback,
            ReturnOrigins = ["https://console.example.com"],
            DevelopmentOrgs = [Origin],
            ProductionUrl = new Uri(Origin),
            SandboxUrl = new Uri(Origin.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)),
        };
        Flow = NewFlow(Options);
        Person = new Browser(Org.UserName, Org.Password, TestContext.Current.CancellationToken);
    }

    public static Uri Callback { get; } = new("http://localhost:8600/auth/callback");

    public static Guid Connection { get; } = new("0198c0de-0000-7000-8000-000000000001");

    public SimulatorServer Server { get; }

    public FakeTimeProvider Time { get; }

    public SignInOptions Options { get; }

    public SignInFlow Flow { get; }

    public Browser Person { get; }

    public string Origin => Server.BaseAddress.GetLeftPart(UriPartial.Authority);

    public SalesforceId OrganizationId => SalesforceId.Parse(Server.Org.OrganizationId);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SignInWorld> StartAsync(bool rotatesRefreshTokens = false)
    {
        var server = await SimulatorServer.StartAsync(Org, TimeProvider.System, Token);
        server.Apps.Register(new ConnectedApp
        {
            ClientId = ClientId,
            ClientSecret = Secret,
            RedirectUris = [Callback.AbsoluteUri],
            RotatesRefreshTokens = rotatesRefreshTokens,
        });
        return new SignInWorld(server);
    }

    public SignInFlow NewFlow(SignInOptions options) => new(options, Time, NullLoggerFactory.Instance);

    public static SignInRequest Ask(string environment = "production", string? domain = null) => new()
    {
        ConnectionId = Connection, Environment = environment, Domain = domain, Next = "http://localhost:18000",
    };

    /// <summary>Begins, sends the person through Salesforce, and reads what the browser brings to the callback.</summary>
    public async Task<SignInAnswer> AnswerAsync(SignInRequest request, string decision = "allow", SignInFlow? flow = null)
    {
        var start = (flow ?? Flow).Begin(request);
        start.Refusal.ShouldBeNull();
        var arrived = await Person.SignInAsync(start.Redirect.ShouldNotBeNull(), Callback, decision);
        var query = QueryHelpers.ParseQuery(arrived.Query);
        return new SignInAnswer
        {
            State = Member("state"),
            Code = Member("code"),
            Error = Member("error"),
            ErrorDescription = Member("error_description"),
            BrowserKey = request.BrowserKey,
        };

        string? Member(string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    public async Task<SignInOutcome> SignInAsync(SignInRequest request) =>
        await Flow.CompleteAsync(await AnswerAsync(request), Token);

    /// <summary>A client as a connection makes it of what is stored.</summary>
    public SalesforceClient NewClient(AuthorizedOrg org) => new(
        new SalesforceOptions { LoginUrl = org.LoginUrl, ApiVersion = org.ApiVersion }, org.Grant, Time, NullLoggerFactory.Instance);

    public SalesforceClient NewClient(string refreshToken) => new(
        new SalesforceOptions { LoginUrl = Options.ProductionUrl },
        OAuthGrant.RefreshToken(ClientId, Secret, refreshToken),
        Time,
        NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        Person.Dispose();
        await Server.DisposeAsync();
    }
}
