using System.Net;
using Shouldly;
using Tandem.Simulator.Auth;
using Tandem.Tests.Conformance.Auth;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>Sign-in by SOAP as the clients in use send and read it. Source: salesforce-api.md, sections 1.11 and 13.</summary>
public sealed class SoapLoginTests
{
    private static readonly string[] Members =
        ["metadataServerUrl", "passwordExpired", "sandbox", "serverUrl", "sessionId", "userId", "userInfo"];

    private static readonly string[] UserMembers =
    [
        "accessibilityMode", "chatterExternal", "currencySymbol", "orgAttachmentFileSizeLimit", "orgDefaultCurrencyIsoCode",
        "orgDefaultCurrencyLocale", "orgDisallowHtmlAttachments", "orgHasPersonAccounts", "organizationId", "organizationMultiCurrency",
        "organizationName", "profileId", "roleId", "sessionSecondsValid", "userDefaultCurrencyIsoCode", "userEmail", "userFullName",
        "userId", "userLanguage", "userLocale", "userName", "userTimeZone", "userType", "userUiSkin",
    ];

    [Theory]
    [InlineData("/services/Soap/u/37.0", "u/37.0")]
    [InlineData("/services/Soap/u/59.0/", "u/59.0")]
    [InlineData("/services/Soap/u/67.0/00DTd0000000001", "u/67.0")]
    [InlineData("/services/Soap/c/61.0", "c/61.0")]
    public async Task Answers_in_the_order_that_clients_count_on(string path, string door)
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await LoginAsync(world, path);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);

        // A client in use walks down first children: envelope, body, response, result.
        var result = answer.Envelope.Elements().First().Elements().First().Elements().First();
        result.Elements().Select(member => member.Name.LocalName).ShouldBe(Members);
        result.Elements().Last().Elements().Select(member => member.Name.LocalName).ShouldBe(UserMembers);
        answer.Text.ShouldContain("<sessionId>00D");
        var organization = world.Server.Org.OrganizationId;
        result.Elements().ElementAt(3).Value.ShouldBe($"{world.Origin}/services/Soap/{door}/{organization[..15]}");
        result.Elements().ElementAt(6).Elements().ElementAt(8).Value.ShouldBe(organization);
        var session = result.Elements().ElementAt(4).Value;
        (await world.GetAsync("/services/data/v37.0/limits", session)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Refuses_with_a_fault_whose_prefix_is_literal()
    {
        await using var world = await SignInWorld.StartAsync();
        var answer = await LoginAsync(world, "/services/Soap/u/59.0", password: "wrong");
        answer.ShouldBeFault("sf:INVALID_LOGIN").ShouldBe(
            "INVALID_LOGIN: Invalid username, password, security token; or user locked out.");
        answer.Text.ShouldContain("<detail><sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>");
        answer.Text.ShouldContain(
            "<sf:exceptionMessage>Invalid username, password, security token; or user locked out.</sf:exceptionMessage>");
    }

    [Fact]
    public async Task Knows_frozen_users_shut_orgs_and_too_many_sign_ins()
    {
        await using var world = await SignInWorld.StartAsync(new SignInOptions { LoginsPerHour = 1, SecurityToken = "xyz" });
        (await LoginAsync(world, "/services/Soap/u/59.0")).ShouldBeFault("sf:INVALID_LOGIN");
        world.Server.Logins.ExpirePassword(world.Server.Org.AdminUserId);
        var first = await LoginAsync(world, "/services/Soap/u/59.0", SignInWorld.Password + "xyz");
        SoapAnswer.ValueOf(first.Result, "passwordExpired").ShouldBe("true");
        (await LoginAsync(world, "/services/Soap/u/59.0", SignInWorld.Password + "xyz")).ShouldBeFault("sf:LOGIN_RATE_EXCEEDED");
        world.Server.Logins.Freeze(world.Server.Org.AdminUserId);
        (await LoginAsync(world, "/services/Soap/u/59.0", SignInWorld.Password + "xyz")).ShouldBeFault("sf:INVALID_LOGIN");
        world.Server.Logins.IsOrgActive = false;
        (await LoginAsync(world, "/services/Soap/u/59.0", SignInWorld.Password + "xyz")).ShouldBeFault("sf:ORG_LOCKED");
    }

    [Fact]
    public async Task Signs_out_and_the_session_is_gone()
    {
        await using var world = await SignInWorld.StartAsync();
        var session = SoapAnswer.ValueOf((await LoginAsync(world, "/services/Soap/u/59.0")).Result, "sessionId");
        var soap = new SoapClient(world.Http, session);
        (await soap.CallAsync("<logout/>")).Status.ShouldBe(HttpStatusCode.OK);
        (await soap.CallAsync("<getServerTimestamp/>")).ShouldBeFault("sf:INVALID_SESSION_ID")
            .ShouldStartWith("INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: ");
        (await world.GetAsync("/services/data/v67.0", session)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Sets_and_resets_passwords()
    {
        await using var world = await SignInWorld.StartAsync();
        var soap = new SoapClient(world.Http, world.Server.Sessions.Issue(world.Server.Org.AdminUserId).AccessToken);
        var user = $"<userId>{world.Server.Org.AdminUserId}</userId>";
        (await soap.CallAsync($"<setPassword>{user}<password>changed</password></setPassword>")).Result.Value.ShouldBeEmpty();
        (await LoginAsync(world, "/services/Soap/u/59.0")).ShouldBeFault("sf:INVALID_LOGIN");
        (await LoginAsync(world, "/services/Soap/u/59.0", "changed")).Status.ShouldBe(HttpStatusCode.OK);
        var password = SoapAnswer.ValueOf((await soap.CallAsync($"<resetPassword>{user}</resetPassword>")).Result, "password");
        SoapAnswer.ValueOf((await LoginAsync(world, "/services/Soap/u/59.0", password)).Result, "passwordExpired").ShouldBe("true");
        (await soap.CallAsync("<setPassword><userId>005</userId><password>x</password></setPassword>"))
            .ShouldBeFault("sf:INVALID_ID_FIELD");
    }

    private static Task<SoapAnswer> LoginAsync(SignInWorld world, string path, string password = SignInWorld.Password) =>
        new SoapClient(world.Http, "").PostAsync(path, $"""
            <?xml version="1.0" encoding="utf-8" ?>
            <env:Envelope xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">
            <env:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com">
            <n1:username>{SignInWorld.UserName}</n1:username><n1:password>{SoapClient.Escape(password)}</n1:password>
            </n1:login></env:Body></env:Envelope>
            """);
}
