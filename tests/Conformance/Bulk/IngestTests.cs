using System.Net;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>Bulk API 2.0's ingest jobs, from their making to their results. Source: salesforce-api.md, section 3.1.</summary>
public sealed class IngestTests(TestOrg org)
{
    private readonly BulkClient _bulk = new(org);

    [Fact]
    public async Task A_new_job_is_open_and_tells_where_its_rows_go()
    {
        var answer = await org.SendAsync(HttpMethod.Post, "/jobs/ingest", """
            {"object":"account","operation":"upsert","externalIdFieldName":"Ext_Id__c","contentType":"CSV","lineEnding":"LF"}
            """);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var job = answer.Json;
        var id = job.GetProperty("id").GetString().ShouldNotBeNull();
        id.ShouldStartWith("750");
        id.Length.ShouldBe(18);
        job.GetProperty("object").GetString().ShouldBe("Account");
        job.GetProperty("operation").GetString().ShouldBe("upsert");
        job.GetProperty("externalIdFieldName").GetString().ShouldBe("Ext_Id__c");
        job.GetProperty("apiVersion").GetRawText().ShouldBe("67.0");
        job.GetProperty("contentUrl").GetString().ShouldBe($"services/data/v67.0/jobs/ingest/{id}/batches");
        job.GetProperty("columnDelimiter").GetString().ShouldBe("COMMA");
        job.GetProperty("concurrencyMode").GetString().ShouldBe("Parallel");
        job.GetProperty("createdDate").GetString().ShouldNotBeNull().ShouldEndWith("+0000");
        job.TryGetProperty("jobType", out _).ShouldBeFalse();
        BulkClient.State(job).ShouldBe("Open");

        var closed = (await _bulk.ChangeAsync(id, "UploadComplete")).Json;
        BulkClient.State(closed).ShouldBe("UploadComplete");
        foreach (var absent in new[] { "jobType", "lineEnding", "columnDelimiter", "contentUrl" })
            closed.TryGetProperty(absent, out _).ShouldBeFalse(absent);

        var ended = await _bulk.WaitAsync(id);
        BulkClient.State(ended).ShouldBe("JobComplete");
        ended.GetProperty("jobType").GetString().ShouldBe("V2Ingest");
        foreach (var number in new[] { "numberRecordsProcessed", "numberRecordsFailed", "retries", "apexProcessingTime" })
            ended.GetProperty(number).GetInt32().ShouldBe(0, number);
        ended.GetProperty("totalProcessingTime").GetInt64().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Inserts_updates_and_deletes_rows()
    {
        var name = TestOrg.Unique();
        var inserted = await _bulk.RunAsync(new { @object = "Account", operation = "insert" },
            $"Name,Site,NumberOfEmployees\n{name},\"a \"\"quoted\"\", one\",12\n");
        BulkClient.State(inserted).ShouldBe("JobComplete");
        inserted.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(1);
        var (head, rows) = await _bulk.ResultsAsync(inserted.GetProperty("id").GetString() ?? "", "successfulResults");
        head.ShouldBe("\"sf__Id\",\"sf__Created\",\"Name\",\"Site\",\"NumberOfEmployees\"");
        var row = rows.ShouldHaveSingleItem();
        row[1..].ShouldBe(["true", name, "a \"\"quoted\"\", one", "12"]);
        var id = row[0];
        org.DeleteAtEnd(id);
        (await FieldAsync(id, "Site")).ShouldBe("a \"quoted\", one");

        var updated = await _bulk.RunAsync(new { @object = "Account", operation = "update" }, $"id,NAME,site\n{id[..15]},,#N/A\n");
        BulkClient.State(updated).ShouldBe("JobComplete");
        (await _bulk.ResultsAsync(updated.GetProperty("id").GetString() ?? "", "successfulResults")).Rows.ShouldHaveSingleItem()[1]
            .ShouldBe("false");
        (await FieldAsync(id, "Name")).ShouldBe(name);
        (await FieldAsync(id, "Site")).ShouldBeNull();

        var deleted = await _bulk.RunAsync(new { @object = "Account", operation = "delete" }, $"Id\n{id}\n");
        deleted.GetProperty("numberRecordsFailed").GetInt32().ShouldBe(0);
        var gone = await org.SendAsync(HttpMethod.Get, $"/sobjects/Account/{id}");
        gone.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Upserts_by_an_external_id_and_finds_parents_by_theirs()
    {
        var (parent, child) = (TestOrg.Unique(), TestOrg.Unique());
        var parentId = await org.CreateAsync("Account", new { Name = parent, Ext_Id__c = parent });
        var job = new { @object = "Contact", operation = "upsert", externalIdFieldName = "Ext_Id__c", columnDelimiter = "PIPE" };
        var csv = $"Ext_Id__c|LastName|Account.Ext_Id__c\n{child}|Doe|{parent}\n";
        var first = await _bulk.RunAsync(job, csv);
        var created = await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{first.GetProperty("id").GetString()}/successfulResults");
        var line = created.Text.Split('\n')[1];
        line.ShouldEndWith($"|\"true\"|\"{child}\"|\"Doe\"|\"{parent}\"");
        var id = line[1..19];
        org.DeleteAtEnd(id);
        (await org.GetAsync($"/sobjects/Contact/{id}?fields=AccountId")).GetProperty("AccountId").GetString().ShouldBe(parentId);

        var second = await _bulk.RunAsync(job, csv.Replace("Doe", "Roe", StringComparison.Ordinal));
        var changed = await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{second.GetProperty("id").GetString()}/successfulResults");
        changed.Text.Split('\n')[1].ShouldBe($"\"{id}\"|\"false\"|\"{child}\"|\"Roe\"|\"{parent}\"");
    }

    [Fact]
    public async Task Each_row_names_or_clears_its_parent_by_the_reference_or_by_a_key()
    {
        var (parent, key) = (TestOrg.Unique(), TestOrg.Unique());
        var account = await org.CreateAsync("Account", new { Name = parent, Ext_Id__c = parent });
        var contact = await org.CreateAsync("Contact", new { LastName = "Doe", AccountId = account });
        var job = await _bulk.RunAsync(
            new { @object = "Contact", operation = "upsert", externalIdFieldName = "Ext_Id__c" },
            $"Ext_Id__c,LastName,AccountId,Account.Ext_Id__c\n{key}-1,Roe,{account},\n{key}-2,Roe,,{parent}\n"
            + $"{key}-3,Roe,,No-Such\n{key}-4,Roe,#N/A,\n");
        var id = job.GetProperty("id").GetString() ?? "";
        var rows = (await _bulk.ResultsAsync(id, "successfulResults")).Rows;
        rows.ForEach(row => org.DeleteAtEnd(row[0]));
        foreach (var (at, expected) in new[] { (1, account), (2, account), (4, null) })
            (await FieldAsync(rows.Single(row => row[2] == $"{key}-{at}")[0], "AccountId", "Contact")).ShouldBe(expected);
        (await _bulk.ResultsAsync(id, "failedResults")).Rows.ShouldHaveSingleItem()[1].ShouldStartWith(
            "INVALID_FIELD:Foreign key external ID: no-such not found for field Ext_Id__c in entity Account:");

        var freed = await _bulk.RunAsync(
            new { @object = "Contact", operation = "update" }, $"Id,AccountId,Account.Ext_Id__c\n{contact},#N/A,\n");
        freed.GetProperty("numberRecordsFailed").GetInt32().ShouldBe(0);
        (await FieldAsync(contact, "AccountId", "Contact")).ShouldBeNull();
    }

    [Fact]
    public async Task Takes_the_name_of_the_object_before_a_relationship()
    {
        var name = TestOrg.Unique();
        var user = (await org.QueryAsync("SELECT Username FROM User WHERE IsActive = true LIMIT 1")).GetProperty("records")[0]
            .GetProperty("Username").GetString();
        var job = await _bulk.RunAsync(new { @object = "Account", operation = "insert" }, $"Name,User:Owner.Username\n{name},{user}\n");
        var (head, rows) = await _bulk.ResultsAsync(job.GetProperty("id").GetString() ?? "", "successfulResults");
        head.ShouldContain("\"User:Owner.Username\"");
        org.DeleteAtEnd(rows.ShouldHaveSingleItem()[0]);
    }

    [Fact]
    public async Task Rows_fail_one_by_one_with_code_message_and_fields()
    {
        var name = TestOrg.Unique();
        var job = await _bulk.RunAsync(new { @object = "Contact", operation = "insert" },
            $"FirstName,LastName,Birthdate,Email\nno,,,\n{name},Doe,yesterday,\nat,Doe,,x y\n\"ok\" ,Doe,,\n"
            + $"{name},Doe,2000-01-31,a@example.com\n");
        BulkClient.State(job).ShouldBe("JobComplete");
        job.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(5);
        job.GetProperty("numberRecordsFailed").GetInt32().ShouldBe(4);
        var id = job.GetProperty("id").GetString() ?? "";
        var (head, failed) = await _bulk.ResultsAsync(id, "failedResults");
        head.ShouldBe("\"sf__Id\",\"sf__Error\",\"FirstName\",\"LastName\",\"Birthdate\",\"Email\"");
        failed.Single(row => row[2] == "no")[..2].ShouldBe(
            ["", "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"]);
        failed.Single(row => row[2] == name)[1].ShouldStartWith("INVALID_TYPE_ON_FIELD_IN_RECORD:");
        failed.Single(row => row[2] == "at")[1].ShouldStartWith("INVALID_EMAIL_ADDRESS:");
        failed.Single(row => row[2].StartsWith("ok", StringComparison.Ordinal))[1].ShouldEndWith("--");
        org.DeleteAtEnd((await _bulk.ResultsAsync(id, "successfulResults")).Rows.ShouldHaveSingleItem()[0]);
    }

    [Fact]
    public async Task A_failed_update_tells_the_id_that_it_was_given()
    {
        var id = await org.CreateAsync("Account", new { Name = TestOrg.Unique() });
        var job = await _bulk.RunAsync(new { @object = "Account", operation = "update" }, $"Id,NumberOfEmployees\n{id},many\n,1\n");
        var rows = (await _bulk.ResultsAsync(job.GetProperty("id").GetString() ?? "", "failedResults")).Rows;
        rows.Single(row => row[2] == id)[0].ShouldBe(id);
        rows.Single(row => row[2].Length == 0)[1].ShouldStartWith("MISSING_ARGUMENT:");
    }

    [Theory]
    [InlineData("BACKQUOTE", '`')]
    [InlineData("CARET", '^')]
    [InlineData("COMMA", ',')]
    [InlineData("PIPE", '|')]
    [InlineData("SEMICOLON", ';')]
    [InlineData("TAB", '\t')]
    public async Task Takes_every_delimiter_and_both_line_endings(string name, char delimiter)
    {
        var unique = TestOrg.Unique();
        var csv = $"Name,Description\r\n{unique},\"line\r\n{delimiter}two\"\r\n".Replace(',', delimiter);
        var job = await _bulk.RunAsync(
            new { @object = "Account", operation = "insert", columnDelimiter = name, lineEnding = "CRLF" }, csv);
        BulkClient.State(job).ShouldBe("JobComplete");
        var answer = await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{job.GetProperty("id").GetString()}/successfulResults");
        answer.Text.ShouldStartWith($"\"sf__Id\"{delimiter}\"sf__Created\"{delimiter}\"Name\"{delimiter}\"Description\"\r\n");
        org.DeleteAtEnd(answer.Text.Split("\r\n")[1][1..19]);
        var found = await org.QueryAsync($"SELECT Description FROM Account WHERE Name = '{unique}'");
        found.GetProperty("records")[0].GetProperty("Description").GetString().ShouldNotBeNull().ShouldContain($"{delimiter}two");
    }

    [Theory]
    [InlineData("Name\r\nx\r\n", "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF")]
    [InlineData("Name,Nothing\nx,y\n", "InvalidBatch : Field name not found : Nothing")]
    [InlineData("Name,Nothing.Name\nx,y\n", "InvalidBatch : Field name not found : Nothing.Name")]
    [InlineData("Name,Lead:Owner.Name\nx,y\n", "InvalidBatch : Field name not found : Lead:Owner.Name")]
    [InlineData("Name,BillingAddress\nx,y\n", "InvalidBatch : Field name not found : BillingAddress")]
    public async Task Fails_as_a_whole_when_the_file_means_nothing(string csv, string message)
    {
        var job = await _bulk.RunAsync(new { @object = "Account", operation = "insert" }, csv);
        BulkClient.State(job).ShouldBe("Failed");
        job.GetProperty("errorMessage").GetString().ShouldBe(message);
        var id = job.GetProperty("id").GetString() ?? "";
        (await _bulk.ResultsAsync(id, "failedResults")).Rows.ShouldBeEmpty();
        (await _bulk.ResultsAsync(id, "unprocessedRecords")).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Rows_go_up_once_and_only_while_the_job_is_open()
    {
        var id = await _bulk.CreateAsync(new { @object = "Account", operation = "insert" });
        (await _bulk.PutAsync(id, "Name\n")).Status.ShouldBe(HttpStatusCode.Created);
        (await _bulk.PutAsync(id, "Name\n")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDBATCH");
        var early = await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{id}/successfulResults");
        early.ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        (await org.SendAsync(HttpMethod.Delete, $"/jobs/ingest/{id}")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        (await _bulk.ChangeAsync(id, "InProgress")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        BulkClient.State((await _bulk.ChangeAsync(id, "Aborted")).Json).ShouldBe("Aborted");
        (await _bulk.PutAsync(id, "Name\n")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        (await _bulk.ChangeAsync(id, "UploadComplete")).ShouldBeError(HttpStatusCode.BadRequest, "INVALIDJOBSTATE");
        (await org.SendAsync(HttpMethod.Delete, $"/jobs/ingest/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{id}")).ShouldBeError(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Rows_of_an_aborted_job_are_unprocessed_in_any_spelling_of_the_address()
    {
        var id = await _bulk.CreateAsync(new { @object = "Account", operation = "insert" });
        await _bulk.PutAsync(id, "Name,Site\nx,\"y\"\"\"\n");
        await _bulk.ChangeAsync(id, "Aborted");
        foreach (var spelling in new[] { "unprocessedrecords", "unprocessedRecords" })
        {
            var answer = await org.SendAsync(HttpMethod.Get, $"/jobs/ingest/{id}/{spelling}/");
            answer.Text.ShouldBe("\"Name\",\"Site\"\n\"x\",\"y\"\"\"\n");
        }

        var listed = await ListedAsync(id);
        listed.GetProperty("jobType").GetString().ShouldBe("V2Ingest");
        BulkClient.State(listed).ShouldBe("Aborted");
    }

    [Fact]
    public async Task A_form_brings_the_job_and_its_rows_at_once()
    {
        var name = TestOrg.Unique();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/services/data/{TestOrg.Version}/jobs/ingest");
        using var form = new MultipartFormDataContent("BOUNDARY");
        using var job = new StringContent("""{"object":"Account","operation":"insert"}""", Encoding.UTF8, "application/json");
        using var rows = new StringContent($"Name\n{name}\n", Encoding.UTF8, "text/csv");
        form.Add(job, "job");
        form.Add(rows, "content", "content");
        request.Content = form;
        var made = await org.SendAsync(request);
        made.Status.ShouldBe(HttpStatusCode.OK, made.Text);
        var ended = await _bulk.WaitAsync(made.Json.GetProperty("id").GetString() ?? "");
        BulkClient.State(ended).ShouldBe("JobComplete");
        org.DeleteAtEnd((await _bulk.ResultsAsync(ended.GetProperty("id").GetString() ?? "", "successfulResults")).Rows
            .ShouldHaveSingleItem()[0]);
    }

    [Theory]
    [InlineData("""{"operation":"insert"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Nothing","operation":"insert"}""", "INVALIDENTITY")]
    [InlineData("""{"object":"Account","operation":"merge"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"upsert"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"upsert","externalIdFieldName":"Site"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","columnDelimiter":"SPACE"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","contentType":"JSON"}""", "INVALIDJOB")]
    [InlineData("not json", "JSON_PARSER_ERROR")]
    public async Task Refuses_jobs_that_mean_nothing(string body, string code) =>
        await org.FailAsync(HttpMethod.Post, "/jobs/ingest", body, HttpStatusCode.BadRequest, code);

    private async Task<JsonElement> ListedAsync(string id)
    {
        for (var address = "/jobs/ingest?jobType=V2Ingest"; ;)
        {
            var list = await org.GetAsync(address);
            var found = list.GetProperty("records").EnumerateArray().FirstOrDefault(job => job.GetProperty("id").GetString() == id);
            if (found.ValueKind != JsonValueKind.Undefined)
                return found;
            list.GetProperty("done").GetBoolean().ShouldBeFalse();
            address = list.GetProperty("nextRecordsUrl").GetString().ShouldNotBeNull();
        }
    }

    private async Task<string?> FieldAsync(string id, string field, string objectName = "Account") =>
        (await org.GetAsync($"/sobjects/{objectName}/{id}?fields={field}")).GetProperty(field).GetString();
}
