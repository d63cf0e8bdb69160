using System.Net;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance;

/// <summary>The calls of the REST API that tests make of any org.</summary>
public static class OrgCalls
{
    /// <summary>Sends a request under the newest version, or under an address that starts with a host, <c>/services</c> or
    /// <c>/_simulator</c> as it stands.</summary>
    /// <param name="body">JSON as it stands, if it is a string; else what JSON is made of.</param>
    public static async Task<OrgAnswer> SendAsync(
        this IOrg org, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var isWhole = path.StartsWith("/services", StringComparison.Ordinal) || path.StartsWith("/_simulator", StringComparison.Ordinal)
            || path.StartsWith("http", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(method, isWhole ? path : $"/services/data/{TestOrg.Version}{path}");
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await org.SendAsync(request);
    }

    public static async Task<OrgAnswer> SendAsync(this IOrg org, HttpRequestMessage request)
    {
        using var response = await org.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await OrgAnswer.ReadAsync(response);
    }

    /// <summary>Asks for a resource, whatever the answer.</summary>
    public static Task<OrgAnswer> AskAsync(this IOrg org, string path) => org.SendAsync(HttpMethod.Get, path);

    /// <summary>Reads a resource that must be there.</summary>
    public static async Task<JsonElement> GetAsync(this IOrg org, string path)
    {
        var answer = await org.AskAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    public static Task<JsonElement> QueryAsync(this IOrg org, string soql) => org.GetAsync($"/query?q={Uri.EscapeDataString(soql)}");

    /// <summary>The records of a query that fit one page.</summary>
    public static async Task<List<JsonElement>> RecordsAsync(this IOrg org, string soql, bool withDeleted = false)
    {
        var answer = await org.GetAsync($"/{(withDeleted ? "queryAll" : "query")}?q={Uri.EscapeDataString(soql)}");
        return [.. answer.GetProperty("records").EnumerateArray()];
    }

    /// <summary>One field of one record, as JSON spells it.</summary>
    public static async Task<string> ValueAsync(this IOrg org, string objectName, string id, string field) =>
        (await org.GetAsync($"/sobjects/{objectName}/{id}?fields={field}")).GetProperty(field).GetRawText().Trim('"');

    /// <summary>Creates a record, to be deleted at the end, and gives its id.</summary>
    public static async Task<string> CreateAsync(this IOrg org, string objectName, object values)
    {
        var answer = await org.SendAsync(HttpMethod.Post, $"/sobjects/{objectName}", values);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        var id = answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
        org.DeleteAtEnd(id);
        return id;
    }

    /// <summary>Creates accounts, each in a call of its own, and gives their ids.</summary>
    public static async Task<List<string>> CreateAccountsAsync(this IOrg org, int count)
    {
        var ids = new List<string>();
        for (var at = 0; at < count; at++)
            ids.Add(await org.CreateAsync("Account", new { Name = TestOrg.Unique() }));
        return ids;
    }

    public static async Task UpdateAsync(this IOrg org, string objectName, string id, object values)
    {
        var answer = await org.SendAsync(HttpMethod.Patch, $"/sobjects/{objectName}/{id}", values);
        answer.Status.ShouldBe(HttpStatusCode.NoContent, answer.Text);
    }

    public static async Task DeleteAsync(this IOrg org, string objectName, string id)
    {
        var answer = await org.SendAsync(HttpMethod.Delete, $"/sobjects/{objectName}/{id}");
        answer.Status.ShouldBe(HttpStatusCode.NoContent, answer.Text);
    }

    /// <summary>Sends what must fail, and asserts REST's array of one error.</summary>
    public static async Task<JsonElement> FailAsync(
        this IOrg org, HttpMethod method, string path, object? body, HttpStatusCode expected, string code)
    {
        var answer = await org.SendAsync(method, path, body);
        return answer.ShouldBeError(expected, code);
    }
}
