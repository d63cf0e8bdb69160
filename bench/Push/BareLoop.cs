using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tandem.Bench.Load;
using Tandem.Salesforce.Composite;
using Tandem.Salesforce.Describe;
using Tandem.Salesforce.Records;
using Tandem.Sync.Push;

namespace Tandem.Bench.Push;

/// <summary>
/// The reference: the requests of a push, rendered before the clock starts, sent one after another, their answers read to the end and
/// dropped. Writes and the reading back are among them; a log, a table and a parser are not.
/// </summary>
internal sealed class BareLoop(HttpClient http, SObjectDescription account, PushOptions options, bool usesCallsOnly)
{
    private const string Root = "/services/data/v67.0";
    private const string Jobs = $"{Root}/jobs/ingest";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly List<byte[]> _writes = [];
    private readonly List<byte[]> _reads = [];

    /// <summary>Of the last run.</summary>
    public long Calls { get; private set; }

    public void Prepare(IReadOnlyList<string> ids, int round)
    {
        Forget();
        foreach (var part in ids.Chunk(usesCallsOnly ? options.CallRecords : options.BulkJobRecords))
            _writes.Add(usesCallsOnly ? RenderCall(part, round) : RenderCsv(part, round));
        foreach (var part in ids.Chunk(RecordsClient.MostReads))
            _reads.Add(JsonSerializer.SerializeToUtf8Bytes(new { ids = part, fields = LoadWorld.Mapping.Fields }));
    }

    /// <summary>Lets the rendered requests go, which would count as memory of the push.</summary>
    public void Forget()
    {
        _writes.Clear();
        _reads.Clear();
    }

    public async Task RunAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        Calls = 0;
        foreach (var body in _writes)
        {
            if (usesCallsOnly)
                await SendAsync(HttpMethod.Post, $"{Root}/composite", body, "application/json", cancellationToken);
            else
                await RunJobAsync(body, timeProvider, cancellationToken);
        }

        foreach (var body in _reads)
            await SendAsync(HttpMethod.Post, $"{Root}/composite/sobjects/Account", body, "application/json", cancellationToken);
    }

    private async Task RunJobAsync(byte[] csv, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var made = await SendAsync(
            HttpMethod.Post,
            Jobs,
            """{"object":"Account","operation":"update","contentType":"CSV","columnDelimiter":"COMMA","lineEnding":"LF"}"""u8.ToArray(),
            "application/json",
            cancellationToken);
        var job = $"{Jobs}/{Member(made, "id")}";
        await SendAsync(HttpMethod.Put, $"{job}/batches", csv, "text/csv", cancellationToken);
        await SendAsync(HttpMethod.Patch, job, """{"state":"UploadComplete"}"""u8.ToArray(), "application/json", cancellationToken);
        string state;
        do
        {
            await Task.Delay(Interval, timeProvider, cancellationToken);
            state = Member(await SendAsync(HttpMethod.Get, job, null, "", cancellationToken), "state");
        }
        while (state is "UploadComplete" or "InProgress");

        if (state != "JobComplete")
            throw new BenchException($"The Bulk job of the bare loop ended as {state}.");
        await SendAsync(HttpMethod.Get, $"{job}/successfulResults", null, "", cancellationToken);
        await SendAsync(HttpMethod.Delete, job, null, "", cancellationToken);
    }

    private async Task<byte[]> SendAsync(
        HttpMethod method, string path, byte[]? body, string type, CancellationToken cancellationToken)
    {
        Calls++;
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private static string Member(byte[] json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetString() ?? "";
    }

    private static byte[] RenderCall(string[] ids, int round)
    {
        var requests = ids.Chunk(CollectionWrite.MostRows).Select((part, at) => new
        {
            method = "PATCH",
            url = $"{Root}/composite/sobjects",
            referenceId = string.Create(CultureInfo.InvariantCulture, $"write{at}"),
            httpHeaders = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Sforce-Auto-Assign"] = "FALSE", ["Sforce-Call-Options"] = "client=tandem",
            },
            body = new { allOrNone = false, records = part.Select(id => Record(id, round)) },
        });
        return JsonSerializer.SerializeToUtf8Bytes(new { allOrNone = false, collateSubrequests = false, compositeRequest = requests });
    }

    private static Dictionary<string, object> Record(string id, int round) => new(StringComparer.Ordinal)
    {
        ["attributes"] = new { type = "Account" },
        ["id"] = id,
        ["Name"] = Name(id, round),
        ["Phone"] = Phone(round),
        ["NumberOfEmployees"] = round,
        ["Description"] = Description(id, round),
    };

    /// <summary>The same columns as a push uploads: all that are mapped and can be updated, empty where nothing changed.</summary>
    private byte[] RenderCsv(string[] ids, int round)
    {
        var columns = LoadWorld.Mapping.Fields
            .Where(name => account.FindField(name) is { IsUpdateable: true })
            .Prepend("Id")
            .ToList();
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(name => $"\"{name}\"")).Append('\n');
        foreach (var id in ids)
        {
            var values = columns.Select(name => name switch
            {
                "Id" => $"\"{id}\"",
                "Name" => $"\"{Name(id, round)}\"",
                "Phone" => $"\"{Phone(round)}\"",
                "NumberOfEmployees" => string.Create(CultureInfo.InvariantCulture, $"\"{round}\""),
                "Description" => $"\"{Description(id, round)}\"",
                _ => "",
            });
            text.AppendJoin(',', values).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Name(string id, int round) => string.Create(CultureInfo.InvariantCulture, $"Account {id} in round {round}");

    private static string Phone(int round) => string.Create(CultureInfo.InvariantCulture, $"+49 30 {round}");

    private static string Description(string id, int round) => string.Create(
        CultureInfo.InvariantCulture, $"Some words on the account {id}, which is changed for the time {round}.");
}
