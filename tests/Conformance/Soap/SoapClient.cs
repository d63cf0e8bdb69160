using System.Security;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Soap;

/// <summary>Calls an org's SOAP API with the session of an org's client, or with a given one.</summary>
internal sealed class SoapClient(HttpClient http, string sessionId)
{
    public const string Version = "67.0";

    public static SoapClient Of(IOrg org) => new(org.Http, org.Http.DefaultRequestHeaders.Authorization?.Parameter ?? "");

    public static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>Calls an operation of the partner API.</summary>
    /// <param name="body">The operation's element.</param>
    /// <param name="headers">Header elements beside the session.</param>
    public Task<SoapAnswer> CallAsync(string body, string headers = "", string path = $"/services/Soap/u/{Version}") => PostAsync(path, $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <soapenv:Header xmlns="urn:partner.soap.sforce.com">
        <SessionHeader><sessionId>{Escape(sessionId)}</sessionId></SessionHeader>{headers}</soapenv:Header>
        <soapenv:Body xmlns="urn:partner.soap.sforce.com">{body}</soapenv:Body></soapenv:Envelope>
        """);

    /// <summary>Posts an envelope as it stands.</summary>
    public async Task<SoapAnswer> PostAsync(string path, string envelope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(envelope, Encoding.UTF8, "text/xml");
        request.Headers.TryAddWithoutValidation("SOAPAction", "\"\"").ShouldBeTrue();
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/xml");
        return new SoapAnswer
        {
            Status = response.StatusCode,
            Text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        };
    }
}
