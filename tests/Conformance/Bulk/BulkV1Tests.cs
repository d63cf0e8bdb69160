using System.Net;
using Shouldly;
using Xunit;
using static Tandem.Tests.Conformance.Bulk.BulkV1Client;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>The older Bulk API: jobs, batches and results. Source: salesforce-api.md, section 3.3.</summary>
public sealed class BulkV1Tests(TestOrg org)
{
    private readonly BulkV1Client _bulk = new(org);

    [Fact]
    public async Task Csv_batches_answer_in_the_order_of_their_rows()
    {
        var name = TestOrg.Unique();
        var made = await _bulk.SendAsync(HttpMethod.Post, Root, "application/xml; charset=UTF-8", $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <jobInfo xmlns="{Ns}"><operation>upsert</operation><object>Account</object>
            <externalIdFieldName>Ext_Id__c</externalIdFieldName><contentType>CSV</contentType></jobInfo>
            """);
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
        var job = Xml(made);
        job.Name.ShouldBe(Ns + "jobInfo");
        Value(job, "state").ShouldBe("Open");
        Value(job, "externalIdFieldName").ShouldBe("Ext_Id__c");
        Value(job, "apiVersion").ShouldBe("67.0");
        var jobId = Value(job, "id");

        var rows = string.Concat(Enumerable.Range(0, 300).Select(row => row % 7 == 3 ? $"{name}-{row},,\n" : $"{name}-{row},A {row},\n"));
        var batch = await _bulk.RunBatchAsync(jobId, "text/csv; charset=UTF-8", "Ext_Id__c,Name,Site\n" + rows);
        Value(batch, "state").ShouldBe("Completed");
        Value(batch, "numberRecordsProcessed").ShouldBe("300");
        Value(batch, "numberRecordsFailed").ShouldBe("43");

        var answer = await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{Value(batch, "id")}/result");
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

        var closed = await _bulk.SendAsync(HttpMethod.Post, $"{Root}/{jobId}", "application/json", """{"state":"Closed"}""");
        closed.Json.GetProperty("state").GetString().ShouldBe("Closed");
        closed.Json.GetProperty("numberBatchesCompleted").GetInt32().ShouldBe(1);
        closed.Json.GetProperty("apiVersion").GetRawText().ShouldBe("67.0");
        (await _bulk.SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", "text/csv", "Name\nx\n")).Status
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Json_batches_take_json_and_answer_it()
    {
        var name = TestOrg.Unique();
        var jobId = await _bulk.CreateAsync("""{"operation":"insert","object":"Account","contentType":"JSON"}""");
        var added = await _bulk.SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", "application/json",
            $$"""[{"Name":"{{name}}","NumberOfEmployees":5},{"Name":null}]""");
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        var batchId = added.Json.GetProperty("id").GetString().ShouldNotBeNull();
        var batch = (await _bulk.WaitAsync(jobId, batchId)).Json;
        batch.GetProperty("state").GetString().ShouldBe("Completed");
        var results = (await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}/result")).Json;
        results[0].GetProperty("success").GetBoolean().ShouldBeTrue();
        results[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        org.DeleteAtEnd(results[0].GetProperty("id").GetString() ?? "");
        results[1].GetProperty("success").GetBoolean().ShouldBeFalse();
        results[1].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("REQUIRED_FIELD_MISSING");
        var list = (await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch")).Json;
        list.GetProperty("batchInfo").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Xml_batches_name_parents_and_set_null()
    {
        var name = TestOrg.Unique();
        var accountId = await org.CreateAsync("Account", new { Name = name, Ext_Id__c = name });
        var jobId = await _bulk.CreateAsync("""{"operation":"insert","object":"Contact","contentType":"XML"}""");
        var batch = await _bulk.RunBatchAsync(jobId, "application/xml", $"""
            <sObjects xmlns="{Ns}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <sObject><LastName>{name}</LastName><FirstName xsi:nil="true"/>
              <Account><sObject><Ext_Id__c>{name}</Ext_Id__c></sObject></Account></sObject>
              <sObject><FirstName>nobody</FirstName></sObject>
            </sObjects>
            """);
        Value(batch, "state").ShouldBe("Completed", batch.ToString());
        var answer = await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{Value(batch, "id")}/result");
        var results = Xml(answer).Elements(Ns + "result").ToList();
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
        var jobId = await _bulk.CreateAsync($$"""{"operation":"query","object":"Account","contentType":"{{format}}"}""");
        var soql = $"SELECT Id, Name, Site, Owner.Username, CreatedDate FROM Account WHERE Name = '{name}'";
        var added = await _bulk.SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", type, soql);
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        var batchId = format == "JSON" ? added.Json.GetProperty("id").GetString() ?? "" : Value(Xml(added), "id");
        await _bulk.WaitAsync(jobId, batchId);
        var list = await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}/result");
        var resultId = format == "JSON" ? list.Json[0].GetString() ?? "" : Value(Xml(list), "result");
        resultId.ShouldStartWith("752");
        var rows = await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}/result/{resultId}");
        rows.Headers["Content-Type"].ShouldStartWith(type);
        if (format == "CSV")
        {
            var lines = rows.Text.TrimEnd('\n').Split('\n');
            lines[0].ShouldBe("\"Id\",\"Name\",\"Site\",\"Owner.Username\",\"CreatedDate\"");
            lines[1].ShouldContain($"\",\"{name}\",\"\",\"");
        }
        else if (format == "XML")
        {
            var record = Xml(rows).Elements(Ns + "records").ShouldHaveSingleItem();
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
    public async Task Errors_have_a_code_and_the_status_400()
    {
        using var nobody = new HttpRequestMessage(HttpMethod.Get, $"{Root}/750000000000000AAA");
        nobody.Headers.TryAddWithoutValidation("X-SFDC-Session", "nobody");
        using var http = new HttpClient { BaseAddress = org.Http.BaseAddress };
        using var response = await http.SendAsync(nobody, TestContext.Current.CancellationToken);
        var refused = await OrgAnswer.ReadAsync(response);
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        Value(Xml(refused), "exceptionCode").ShouldBe("InvalidSessionId");

        var unknown = await _bulk.SendAsync(HttpMethod.Post, Root, "application/json", """{"operation":"insert","object":"Nothing"}""");
        unknown.Status.ShouldBe(HttpStatusCode.BadRequest);
        unknown.Json.GetProperty("exceptionCode").GetString().ShouldBe("InvalidEntity");
        unknown.Json.GetProperty("exceptionMessage").GetString().ShouldNotBeNullOrEmpty();

        var jobId = await _bulk.CreateAsync("""{"operation":"query","object":"Account","contentType":"CSV"}""");
        var batch = await _bulk.RunBatchAsync(jobId, "text/csv", "SELECT Nothing__c FROM Account");
        Value(batch, "state").ShouldBe("Failed");
        Value(batch, "stateMessage").ShouldStartWith("InvalidBatch : Failed to process query: INVALID_FIELD");
        (await _bulk.SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{Value(batch, "id")}/result")).Status
            .ShouldBe(HttpStatusCode.BadRequest);
    }
}
