using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Shouldly;

namespace Tandem.Tests.Conformance.Bulk;

/// <summary>The older Bulk API as a client works with it: makes jobs, adds batches, waits for their end. Source: salesforce-api.md,
/// section 3.3.</summary>
internal sealed class BulkV1Client(IOrg org)
{
    public const string Root = "/services/async/67.0/job";

    public static readonly XNamespace Ns = "http://www.force.com/2009/06/asyncapi/dataload";

    private static readonly string[] Ended = ["Completed", "Failed", "NotProcessed"];

    /// <summary>Makes a job from JSON and gives its id.</summary>
    public async Task<string> CreateAsync(string job, params (string Name, string Value)[] headers)
    {
        var answer = await SendAsync(HttpMethod.Post, Root, "application/json", job, headers);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Json.GetProperty("id").GetString().ShouldNotBeNull();
    }

    /// <summary>Adds a batch to a job that speaks XML and waits for its end.</summary>
    public async Task<XElement> RunBatchAsync(string jobId, string type, string content)
    {
        var added = await SendAsync(HttpMethod.Post, $"{Root}/{jobId}/batch", type, content);
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        return Xml(await WaitAsync(jobId, Value(Xml(added), "id")));
    }

    /// <summary>Polls a batch until it has ended; on a real org with a pause, which the simulated one does not need.</summary>
    public async Task<OrgAnswer> WaitAsync(string jobId, string batchId)
    {
        while (true)
        {
            var answer = await SendAsync(HttpMethod.Get, $"{Root}/{jobId}/batch/{batchId}");
            if (Ended.Contains(answer.Text.StartsWith('{') ? answer.Json.GetProperty("state").GetString() : Value(Xml(answer), "state")))
                return answer;
            if (org.Simulator is null)
                await BulkClient.PauseAsync();
        }
    }

    public async Task<OrgAnswer> SendAsync(
        HttpMethod method, string path, string? type = null, string? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("X-SFDC-Session", org.Http.DefaultRequestHeaders.Authorization?.Parameter);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        if (content is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type.ShouldNotBeNull());
        }

        return await org.SendAsync(request);
    }

    public static XElement Xml(OrgAnswer answer) => XDocument.Parse(answer.Text).Root.ShouldNotBeNull();

    public static string Value(XElement? parent, string name) => parent?.Element(Ns + name)?.Value ?? "";
}
