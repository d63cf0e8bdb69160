using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>The older Bulk API: jobs, batches, results and PK chunking. Source: salesforce-api.md, section 3.3.</summary>
public sealed class BulkV1Tests(TestOrg org)
{
    private const string Root = "/services/async/67.0/job";

    private static readonly XNamespace Ns = "http://www.force.com/2009/06/asyncapi/dataload";
    private static readonly string[] Ended = ["Completed", "Failed", "NotProcessed"];

    [Fact]
    public async Task Csv_batches_answer_in_the_order_of_their_rows()
    {
        var name = TestOrg.Unique();
        var made = await SendAsync(HttpMethod.Post, Root, "application/xml; charset=UTF-8", $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <jobInfo xmlns="{Ns}"><operation>upsert</operation><object>Account</object>
            <externalIdFieldName>Ext_Id__c</externalIdFieldName><contentType>CSV</contentType></jobInfo>
            """);
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        var job = XDocument.Parse(made.Text).Root.ShouldNotBeNull();
        job.Name.ShouldBe(Ns + "jobInfo");
        Value(job, "state").ShouldBe("Open");
        Value(job, "externalIdFieldName").ShouldBe("Ext_Id__c");
        Value(job, "apiVersion").ShouldBe("67.0");
        var jobId = Value(job, "id");

        var rows = string.Concat(Enumerable.Range(0, 300).Select(row => row % 7 == 3 ? $"{name}-{row},,\n" : $"{name}-{row},A {row},\n"));
        var batch = await RunBatchAsync(jobId, "text/csv; charset=UTF-8", "Ext_Id__c,Name,Site\n" + rows);
        Value(batch, "state").ShouldBe("Completed");
        Value(batch, "numberRecordsProcessed").ShouldBe("300");
        Value(batch, "numberRecordsFailed").ShouldBe("43");

        var answer = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{Value(batch, "id")}/result");
        answer.Headers["Content-Type"].ShouldStartWith("text/csv");
        var lines = answer.Text.TrimEnd('\n').Split('\n');
        lines[0].ShouldBe("\"Id\",\"Success\",\"Created\",\"Error\"");
        lines.Length.ShouldBe(301);
        for (var row = 0; row < 300; row++)
        {
            if (row % 7 == 3)
            {
                lines[row + 1].ShouldBe("\"\",\"false\",\"false\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --\"");
                continue;
            }

            lines[row + 1].ShouldEndWith("\",\"true\",\"true\",\"\"");
            org.DeleteAtEnd(lines[row + 1][1..19]);
        }

        var closed = await SendAsync(HttpMethod.Post, $"{Root}/{jobId}", "application/json", """{"state":"Closed"}""");
        closed.Json.GetProperty("state").GetString().ShouldBe("Closed");
        closed.Json.GetProperty("numberBatchesCompleted").GetInt32().ShouldBe(1);
        closed.Json.GetProperty("apiVersion").GetRawText().ShouldBe("67.0");
        (await SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", "text/csv", "Name\nx\n")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Json_batches_take_json_and_answer_it()
    {
        var name = TestOrg.Unique();
        var jobId = await CreateJsonAsync("""{"operation":"insert","object":"Account","contentType":"JSON"}""");
        var added = await SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", "application/json",
            $$"""[{"Name":"{{name}}","NumberOfEmployees":5},{"Name":null}]""");
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        var batchId = added.Json.GetProperty("id").GetString();
        JsonElement batch;
        do
            batch = (await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}")).Json;
        while (!Ended.Contains(batch.GetProperty("state").GetString()));
        batch.GetProperty("state").GetString().ShouldBe("Completed");
        var results = (await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}/result")).Json;
        results[0].GetProperty("success").GetBoolean().ShouldBeTrue();
        results[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        org.DeleteAtEnd(results[0].GetProperty("id").GetString() ?? "");
        results[1].GetProperty("success").GetBoolean().ShouldBeFalse();
        results[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("REQUIRED_FIELD_MISSING");
        var list = (await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch")).Json;
        list.GetProperty("batchInfo").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Xml_batches_name_parents_and_set_null()
    {
        var name = TestOrg.Unique();
        var accountId = await org.CreateAsync("Account", new { Name = name, Ext_Id__c = name });
        var jobId = await CreateJsonAsync("""{"operation":"insert","object":"Contact","contentType":"XML"}""");
        var batch = await RunBatchAsync(jobId, "application/xml", $"""
            <sObjects xmlns="{Ns}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <sObject><LastName>{name}</LastName><FirstName xsi:nil="true"/>
              <Account><sObject><Ext_Id__c>{name}</Ext_Id__c></sObject></Account></sObject>
              <sObject><FirstName>nobody</FirstName></sObject>
            </sObjects>
            """);
        Value(batch, "state").ShouldBe("Completed", batch.ToString());
        var answer = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{Value(batch, "id")}/result");
        var results = XDocument.Parse(answer.Text).Root.ShouldNotBeNull().Elements(Ns + "result").ToList();
        var id = Value(results[0], "id");
        Value(results[0], "success").ShouldBe("true");
        org.DeleteAtEnd(id);
        Value(results[1].Element(Ns + "errors").ShouldNotBeNull(), "statusCode").ShouldBe("REQUIRED_FIELD_MISSING");
        (await org.GetAsync($"/sobjects/Contact/{id}?fields=AccountId")).GetProperty("AccountId").GetString().ShouldBe(accountId);
    }

    [Theory]
    [InlineData("CSV", "text/csv")]
    [InlineData("XML", "application/xml")]
    [InlineData("JSON", "application/json")]
    public async Task Queries_answer_in_the_form_of_their_job(string format, string type)
    {
        var name = TestOrg.Unique();
        await org.CreateAsync("Account", new { Name = name });
        var jobId = await CreateJsonAsync($$"""{"operation":"query","object":"Account","contentType":"{{format}}"}""");
        var soql = $"SELECT Id, Name, Site, Owner.Username, CreatedDate FROM Account WHERE Name = '{name}'";
        var added = await SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", type, soql);
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        var batchId = format == "JSON" ? added.Json.GetProperty("id").GetString() ?? "" : Value(XDocument.Parse(added.Text).Root, "id");
        await WaitAsync(jobId, batchId);
        var list = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}/result");
        var resultId = format == "JSON" ? list.Json[0].GetString() ?? "" : Value(XDocument.Parse(list.Text).Root, "result");
        resultId.ShouldStartWith("752");
        var rows = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}/result/{resultId}");
        rows.Headers["Content-Type"].ShouldStartWith(type);
        if (format == "CSV")
        {
            var lines = rows.Text.TrimEnd('\n').Split('\n');
            lines[0].ShouldBe("\"Id\",\"Name\",\"Site\",\"Owner.Username\",\"CreatedDate\"");
            lines[1].ShouldContain($"\",\"{name}\",\"\",\"");
        }
        else if (format == "XML")
        {
            var record = XDocument.Parse(rows.Text).Root.ShouldNotBeNull().Elements(Ns + "records").ShouldHaveSingleItem();
            Value(record, "type").ShouldBe("Account");
            Value(record, "Name").ShouldBe(name);
            Value(record.Element(Ns + "Owner"), "Username").ShouldNotBeEmpty();
            record.Element(Ns + "Site").ShouldNotBeNull().Attributes().ShouldContain(attribute => attribute.Name.LocalName == "nil");
        }
        else
        {
            rows.Json[0].GetProperty("Name").GetString().ShouldBe(name);
            rows.Json[0].GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Account");
        }
    }

    [Fact]
    public async Task Pk_chunking_replaces_a_batch_by_ranges_of_ids()
    {
        var server = org.RequireSimulator();
        var count = server.Org.FindTable("Contact").ShouldNotBeNull().Count;
        using var request = Request(HttpMethod.Post, Root, "application/json", """{"operation":"query","object":"Contact","contentType":"CSV"}""");
        request.Headers.TryAddWithoutValidation("Sforce-Enable-PKChunking", "chunkSize=20").ShouldBeTrue();
        var jobId = (await org.SendAsync(request)).Json.GetProperty("id").GetString() ?? "";
        var added = await SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", "text/csv", "SELECT Id FROM Contact");
        var originalId = Value(XDocument.Parse(added.Text).Root, "id");
        Value(await WaitAsync(jobId, originalId), "state").ShouldBe("NotProcessed");

        var answer = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch");
        var chunks = XDocument.Parse(answer.Text).Root.ShouldNotBeNull().Elements(Ns + "batchInfo").Select(batch => Value(batch, "id"))
            .Where(id => id != originalId).ToList();
        chunks.Count.ShouldBeGreaterThanOrEqualTo((count + 19) / 20);
        var ids = new List<string>();
        foreach (var chunk in chunks)
        {
            Value(await WaitAsync(jobId, chunk), "state").ShouldBe("Completed");
            var list = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{chunk}/result");
            var page = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{chunk}/result/{Value(XDocument.Parse(list.Text).Root, "result")}");
            var lines = page.Text.TrimEnd('\n').Split('\n')[1..];
            lines.Length.ShouldBeLessThanOrEqualTo(20);
            ids.AddRange(lines);
        }

        ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(ids.Count);
        ids.Count.ShouldBeGreaterThanOrEqualTo(count - 20);
    }

    [Fact]
    public async Task Errors_have_a_code_and_the_status_400()
    {
        using var nobody = new HttpRequestMessage(HttpMethod.Get, $"{Root}/750000000000000AAA");
        nobody.Headers.TryAddWithoutValidation("X-SFDC-Session", "nobody");
        using var http = new HttpClient { BaseAddress = org.Http.BaseAddress };
        using var response = await http.SendAsync(nobody, TestContext.Current.CancellationToken);
        var refused = await OrgAnswer.ReadAsync(response);
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        Value(XDocument.Parse(refused.Text).Root, "exceptionCode").ShouldBe("InvalidSessionId");

        var unknown = await SendAsync(HttpMethod.Post, Root, "application/json", """{"operation":"insert","object":"Nothing"}""");
        unknown.Status.ShouldBe(HttpStatusCode.BadRequest);
        unknown.Json.GetProperty("exceptionCode").GetString().ShouldBe("InvalidEntity");
        unknown.Json.GetProperty("exceptionMessage").GetString().ShouldNotBeNullOrEmpty();

        var jobId = await CreateJsonAsync("""{"operation":"query","object":"Account","contentType":"CSV"}""");
        var batch = await RunBatchAsync(jobId, "text/csv", "SELECT Nothing__c FROM Account");
        Value(batch, "state").ShouldBe("Failed");
        Value(batch, "stateMessage").ShouldStartWith("InvalidBatch : Failed to process query: INVALID_FIELD");
        (await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{Value(batch, "id")}/result")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<string> CreateJsonAsync(string job)
    {
        var answer = await SendAsync(HttpMethod.Post, Root, "application/json", job);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }

    private async Task<XElement> RunBatchAsync(string jobId, string type, string content)
    {
        var added = await SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", type, content);
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        return await WaitAsync(jobId, Value(XDocument.Parse(added.Text).Root, "id"));
    }

    private async Task<XElement> WaitAsync(string jobId, string batchId)
    {
        while (true)
        {
            var answer = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}");
            var state = answer.Text.StartsWith('{') ? answer.Json.GetProperty("state").GetString()
                : Value(XDocument.Parse(answer.Text).Root, "state");
            if (Ended.Contains(state))
                return answer.Text.StartsWith('{') ? new XElement("json") : XDocument.Parse(answer.Text).Root.ShouldNotBeNull();
            if (!org.IsSimulated)
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private async Task<OrgAnswer> SendAsync(HttpMethod method, string path, string? type = null, string? content = null)
    {
        using var request = Request(method, path, type, content);
        return await org.SendAsync(request);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string? type, string? content)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("X-SFDC-Session", org.Http.DefaultRequestHeaders.Authorization?.Parameter);
        if (content is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type.ShouldNotBeNull());
        }

        return request;
    }

    private static string Value(XElement? parent, string name) => parent?.Element(Ns + name)?.Value ?? "";
}
