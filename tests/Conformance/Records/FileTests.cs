using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Records;

/// <summary>Files: written as base64 or as parts of a body, read as bytes. Source: salesforce-api.md, section 2.3.</summary>
public sealed class FileTests(TestOrg org)
{
    private static readonly byte[] Bytes = [0, 1, 2, 0xFF, 13, 10, (byte)'-', (byte)'-'];

    [Fact]
    public async Task An_attachment_is_written_as_base64_and_read_as_bytes()
    {
        var account = await org.CreateAsync("Account", new { Name = "Files" });
        var id = await org.CreateAsync("Attachment", new { ParentId = account, Name = "a.bin", Body = Convert.ToBase64String(Bytes) });
        var row = await org.GetAsync($"/sobjects/Attachment/{id}?fields=Body,BodyLength");
        row.GetProperty("Body").GetString().ShouldBe($"/services/data/{TestOrg.Version}/sobjects/Attachment/{id}/Body");
        row.GetProperty("BodyLength").GetInt32().ShouldBe(Bytes.Length);
        (await org.Http.GetByteArrayAsync($"/services/data/{TestOrg.Version}/sobjects/Attachment/{id}/Body",
            TestContext.Current.CancellationToken)).ShouldBe(Bytes);
    }

    [Fact]
    public async Task A_version_comes_in_parts_and_brings_its_document_and_links()
    {
        var account = await org.CreateAsync("Account", new { Name = "Files" });
        var answer = await SendAsync(HttpMethod.Post, "/sobjects/ContentVersion", "entity_content",
            $$"""{"PathOnClient":"folder/report.pdf","FirstPublishLocationId":"{{account}}"}""", "VersionData");
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        var version = await org.GetAsync($"/sobjects/ContentVersion/{id}");
        var document = version.GetProperty("ContentDocumentId").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(document);
        version.GetProperty("Title").GetString().ShouldBe("report");
        version.GetProperty("FileExtension").GetString().ShouldBe("pdf");
        version.GetProperty("IsLatest").GetBoolean().ShouldBeTrue();
        version.GetProperty("ContentSize").GetInt32().ShouldBe(Bytes.Length);
        (await org.Http.GetByteArrayAsync($"/services/data/{TestOrg.Version}/sobjects/ContentVersion/{id}/VersionData",
            TestContext.Current.CancellationToken)).ShouldBe(Bytes);
        var links = await org.QueryAsync($"SELECT LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId = '{document}'");
        links.GetProperty("records").EnumerateArray().Select(link => link.GetProperty("LinkedEntityId").GetString()).ShouldContain(account);

        var next = await org.CreateAsync("ContentVersion",
            new { PathOnClient = "report.pdf", ContentDocumentId = document, VersionData = Convert.ToBase64String([1]) });
        (await org.GetAsync($"/sobjects/ContentVersion/{id}?fields=IsLatest")).GetProperty("IsLatest").GetBoolean().ShouldBeFalse();
        (await org.GetAsync($"/sobjects/ContentDocument/{document}?fields=LatestPublishedVersionId"))
            .GetProperty("LatestPublishedVersionId").GetString().ShouldBe(next);
    }

    [Fact]
    public async Task Records_of_a_collection_name_the_parts_that_hold_their_files()
    {
        var account = await org.CreateAsync("Account", new { Name = "Files" });
        var json = $$$"""
            {"records":[
             {"attributes":{"type":"Attachment","binaryPartName":"first","binaryPartNameAlias":"Body"},
              "Name":"1","ParentId":"{{{account}}}"},
             {"attributes":{"type":"Attachment","binaryPartName":"lost","binaryPartNameAlias":"Body"},
              "Name":"2","ParentId":"{{{account}}}"}]}
            """;
        var answer = await SendAsync(HttpMethod.Post, "/composite/sobjects", "collection", json, "first");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.EnumerateArray().Select(item => item.GetProperty("success").GetBoolean()).ShouldBe([true, false]);
        var id = answer.Json[0].GetProperty("id").GetString();
        (await org.GetAsync($"/sobjects/Attachment/{id}?fields=BodyLength")).GetProperty("BodyLength").GetInt32().ShouldBe(Bytes.Length);
    }

    private async Task<OrgAnswer> SendAsync(HttpMethod method, string path, string jsonPart, string json, string filePart)
    {
        using var content = new MultipartFormDataContent("boundary_string");
        using var text = new StringContent(json, Encoding.UTF8, "application/json");
        using var file = new ByteArrayContent(Bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Add(text, jsonPart);
        content.Add(file, filePart, "report.pdf");
        using var request = new HttpRequestMessage(method, $"/services/data/{TestOrg.Version}{path}") { Content = content };
        return await org.SendAsync(request);
    }
}
