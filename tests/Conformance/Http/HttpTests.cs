using System.IO.Compression;
using System.Net;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Http;

/// <summary>Statuses and forms that every REST resource shares. Source: salesforce-api.md, sections 0 and 2.1.</summary>
public sealed class HttpTests(TestOrg org)
{
    [Fact]
    public async Task An_address_over_16_kilobytes_is_too_long()
    {
        var answer = await org.SendAsync(HttpMethod.Get, "/query?q=" + new string('x', 16_500));
        answer.Status.ShouldBe(HttpStatusCode.RequestUriTooLong);
    }

    [Fact]
    public async Task Address_and_headers_over_16_kilobytes_are_too_large()
    {
        var answer = await org.SendAsync(HttpMethod.Get, "/limits", null, ("X-Long", new string('x', 16_300)));
        ((int)answer.Status).ShouldBe(431);
    }

    [Fact]
    public async Task A_body_that_is_no_json_by_its_type_is_not_supported()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/services/data/{TestOrg.Version}/sobjects/Account")
        {
            Content = new StringContent("Name=x", Encoding.UTF8, "text/plain"),
        };
        (await org.SendAsync(request)).ShouldBeError(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Fact]
    public async Task A_body_may_be_compressed()
    {
        var name = TestOrg.Unique();
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"Name":"{{name}}"}"""), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/services/data/{TestOrg.Version}/sobjects/Account")
        {
            Content = new ByteArrayContent(compressed.ToArray()),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        var answer = await org.SendAsync(request);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        org.DeleteAtEnd(answer.Json.GetProperty("id").GetString().ShouldNotBeNull());
    }

    [Fact]
    public async Task An_answer_is_compressed_when_asked_for()
    {
        var answer = await org.SendAsync(HttpMethod.Get, "/sobjects", null, ("Accept-Encoding", "gzip"));
        answer.Headers["Content-Encoding"].ShouldBe("gzip");
    }

    [Theory]
    [InlineData("/sobjects/Account/describe")]
    [InlineData("/query?q=SELECT+Id+FROM+Account+LIMIT+1")]
    public async Task Head_asks_for_what_get_may_without_a_body(string path)
    {
        var answer = await org.SendAsync(HttpMethod.Head, path);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_lists_its_resources_and_who_asks()
    {
        var list = await org.GetAsync("");
        foreach (var name in new[] { "sobjects", "query", "queryAll", "limits", "composite", "jobs" })
            list.GetProperty(name).GetString().ShouldBe($"/services/data/{TestOrg.Version}/{name}");
        list.GetProperty("identity").GetString().ShouldNotBeNull().ShouldContain("/id/00D");
    }

    [Fact]
    public async Task A_page_of_another_host_is_given_no_permission()
    {
        var answer = await org.SendAsync(HttpMethod.Get, "/limits", null, ("Origin", "https://page.example"));
        answer.Headers.Keys.ShouldNotContain("Access-Control-Allow-Origin", StringComparer.OrdinalIgnoreCase);
    }
}
