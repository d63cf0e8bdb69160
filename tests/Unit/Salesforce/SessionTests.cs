using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Xunit;

namespace Tandem.Tests.Unit.Salesforce;

/// <summary>Sign-in, renewal and refusals. Source: salesforce-api.md, sections 1.3 to 1.8.</summary>
public sealed class SessionTests
{
    private const string Limits = """{"DailyApiRequests":{"Max":15000,"Remaining":14998}}""";
    private const string Expired = """[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signs_in_with_the_first_call_and_sends_token_and_client_name()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(200, Limits, ("Sforce-Limit-Info", "api-usage=18/15000"));
        using var client = org.Connect();

        var limits = await client.Limits.GetAsync(Cancellation);

        limits.DailyApiRequests?.Remaining.ShouldBe(14998);
        var request = org.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("GET /services/data/v67.0/limits");
        request.Headers.Authorization.ToString().ShouldBe("Bearer token-1");
        request.Headers["Sforce-Call-Options"].ToString().ShouldBe("client=tandem");
        client.CallCount.ShouldBe(1);
        client.Usage.ShouldBe(new(18, 15000));
    }

    [Fact]
    public async Task Tells_org_user_and_instance()
    {
        await using var org = await ScriptedOrg.StartAsync();
        using var client = org.Connect();
        client.Usage.ShouldBeNull();
        var identity = await client.SignInAsync(Cancellation);
        identity.OrganizationId.Value.ShouldBe("00Dxx0000000001EAA");
        identity.UserId.Value.ShouldBe("005xx000001SwiUAAS");
        identity.InstanceUrl.ShouldBe(org.Url);
        (await client.SignInAsync(Cancellation)).ShouldBe(identity);
        org.TokenRequests.Count.ShouldBe(1);
        client.CallCount.ShouldBe(0);
    }

    [Fact]
    public async Task Renews_once_for_all_callers_that_find_the_session_expired()
    {
        await using var org = await ScriptedOrg.StartAsync();
        using var client = org.Connect();
        await client.SignInAsync(Cancellation);
        var allArrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        for (var caller = 0; caller < 8; caller++)
        {
            org.Answer(async context =>
            {
                if (Interlocked.Increment(ref arrived) == 8)
                    allArrived.SetResult();
                await allArrived.Task.WaitAsync(context.RequestAborted);
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync(Expired, context.RequestAborted);
            });
        }

        for (var caller = 0; caller < 8; caller++)
            org.Answer(200, Limits);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Limits.GetAsync(Cancellation)));

        org.TokenRequests.Count.ShouldBe(2);
        org.Requests.Skip(8).ShouldAllBe(request => request.Headers.Authorization.ToString() == "Bearer token-2");
    }

    [Fact]
    public async Task Sends_a_write_again_with_its_body_after_renewal_to_the_new_host()
    {
        await using var old = await ScriptedOrg.StartAsync();
        await using var moved = await ScriptedOrg.StartAsync();
        old.TokenAnswer = (context, number) => context.Response.WriteAsync(
            ScriptedOrg.TokenBody(number == 1 ? old.Url : moved.Url, $"token-{number}"), context.RequestAborted);
        old.Answer(401, Expired);
        moved.Answer(200, """[{"id":"001Dp00000H8YVWIA3","success":true,"errors":[]}]""");
        using var client = old.Connect();

        var results = await client.Records.CreateAsync("Account", [new() { ["Name"] = "x" }], Cancellation);

        results.ShouldHaveSingleItem().IsCreated.ShouldBeTrue();
        moved.Requests.ShouldHaveSingleItem().Body.ShouldBe(old.Requests.ShouldHaveSingleItem().Body);
        (await client.SignInAsync(Cancellation)).InstanceUrl.ShouldBe(moved.Url);
    }

    [Fact]
    public async Task Gives_up_when_the_new_session_is_refused_too()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.Answer(401, Expired);
        org.Answer(401, Expired);
        using var client = org.Connect();
        var failure = await Should.ThrowAsync<SalesforceException>(
            () => client.Records.CreateAsync("Account", [new() { ["Name"] = "x" }], Cancellation));
        failure.Code.ShouldBe(SalesforceErrorCodes.InvalidSessionId);
        failure.Status.ShouldBe(401);
        failure.IsUncertain.ShouldBeFalse();
        org.TokenRequests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Names_the_oauth_error_and_what_to_do_when_the_grant_is_refused()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.TokenAnswer = (context, _) =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("""{"error":"invalid_grant","error_description":"expired access/refresh token"}""");
        };
        using var client = org.Connect(grant: OAuthGrant.RefreshToken("client", null, "5Aep-secret"));
        var failure = await Should.ThrowAsync<SalesforceException>(() => client.Limits.GetAsync(Cancellation));
        failure.Code.ShouldBe("invalid_grant");
        failure.Message.ShouldBe(
            "127.0.0.1 refused the sign-in with 400 invalid_grant (expired access/refresh token): authorize the connection again, "
            + "and check the user, the login host and the policies of the connected app.");
        failure.IsUncertain.ShouldBeFalse();
        org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Uses_and_hands_over_a_rotated_refresh_token()
    {
        await using var org = await ScriptedOrg.StartAsync();
        org.TokenAnswer = (context, number) => context.Response.WriteAsync(
            ScriptedOrg.TokenBody(org.Url, $"token-{number}")
                .Replace("{", $$"""{"refresh_token":"refresh-{{number}}",""", StringComparison.Ordinal),
            context.RequestAborted);
        org.Answer(401, Expired);
        org.Answer(200, Limits);
        using var client = org.Connect(grant: OAuthGrant.RefreshToken("client", "secret", "refresh-0"));
        var stored = new List<string>();
        client.RefreshTokenRotated = (token, _) =>
        {
            stored.Add(token);
            return Task.CompletedTask;
        };

        await client.Limits.GetAsync(Cancellation);

        stored.ShouldBe(["refresh-1", "refresh-2"]);
        org.TokenRequests.Select(request => QueryHelpers.ParseQuery(request.Body)["refresh_token"].ToString())
            .ShouldBe(["refresh-0", "refresh-1"]);
    }

    [Fact]
    public async Task Signs_the_jwt_assertion_so_that_the_public_key_verifies_it()
    {
        await using var org = await ScriptedOrg.StartAsync();
        using var key = RSA.Create(2048);
        using var client = org.Connect(
            grant: OAuthGrant.JwtBearer("consumer", "user@example.test", key.ExportPkcs8PrivateKeyPem(), "https://login.salesforce.com"));
        await client.SignInAsync(Cancellation);

        var form = QueryHelpers.ParseQuery(org.TokenRequests.ShouldHaveSingleItem().Body);
        form["grant_type"].ToString().ShouldBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
        var parts = form["assertion"].ToString().Split('.');
        key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1).ShouldBeTrue();
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        claims.RootElement.GetProperty("iss").GetString().ShouldBe("consumer");
        claims.RootElement.GetProperty("sub").GetString().ShouldBe("user@example.test");
        claims.RootElement.GetProperty("aud").GetString().ShouldBe("https://login.salesforce.com");
        var expiry = DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64());
        expiry.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 3, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Sends_what_each_flow_asks_for()
    {
        await using var org = await ScriptedOrg.StartAsync();
        foreach (var grant in new[] { OAuthGrant.Password("c", "s", "u", "p"), OAuthGrant.ClientCredentials("c", "s") })
        {
            using var client = org.Connect(grant: grant);
            await client.SignInAsync(Cancellation);
        }

        org.TokenRequests.Select(request => request.Body).ShouldBe(
        [
            "grant_type=password&username=u&password=p&client_id=c&client_secret=s",
            "grant_type=client_credentials&client_id=c&client_secret=s",
        ]);
    }

    [Fact]
    public void Keeps_secrets_out_of_the_grants_text()
        => OAuthGrant.Password("c", "client-secret", "u", "pass-word").ToString().ShouldBe("OAuthGrant { Kind = Password }");

    [Fact]
    public void Refuses_options_that_cannot_work_all_at_once()
    {
        var options = new SalesforceOptions
        {
            LoginUrl = new Uri("ftp://example.test"),
            ApiVersion = "latest",
            ClientName = "a,b",
            MaxRetries = 99,
            RequestTimeout = TimeSpan.Zero,
            RetryBaseDelay = TimeSpan.Zero,
        };
        options.FindProblems().Count.ShouldBe(6);
        Should.Throw<ArgumentException>(() => new SalesforceClient(
            options, OAuthGrant.ClientCredentials("c", "s"), TimeProvider.System, NullLoggerFactory.Instance));
    }
}
