using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Tandem.Bench.Serve;

/// <summary>
/// Upserts accounts by external id, 200 to a call, over four connections: new ones in the first run, the same ones with other values in
/// every later run.
/// </summary>
internal sealed class UpsertJob(HttpClient http, int rows) : IServeJob
{
    private const string Address = "/services/data/v67.0/composite/sobjects/Account/Ext_Id__c";
    private const int CallRows = 200;
    private const int Connections = 4;

    private readonly List<byte[]> _bodies = [];
    private int _run;

    public string Name => "collections-upsert";

    public string Unit => "rows";

    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        _run++;
        _bodies.Clear();
        for (var first = 0; first < rows; first += CallRows)
            _bodies.Add(Encoding.UTF8.GetBytes(Body(first, Math.Min(CallRows, rows - first))));
        return Task.CompletedTask;
    }

    public async Task<Served> RunAsync(CancellationToken cancellationToken)
    {
        var bytes = 0L;
        await EachBodyAsync(async (body, token) =>
        {
            using var answer = await SendAsync(http, HttpMethod.Patch, new Uri(Address, UriKind.Relative), body, token);
            var text = await answer.Content.ReadAsStringAsync(token);
            if (text.Contains("\"success\":false", StringComparison.Ordinal))
                throw new BenchException($"An upsert failed: {text}");
            Interlocked.Add(ref bytes, Encoding.UTF8.GetByteCount(text));
        }, cancellationToken);
        return new Served { Units = rows, Bytes = bytes };
    }

    public Task RunPlainAsync(HttpClient plain, Served run, CancellationToken cancellationToken) =>
        EachBodyAsync(async (body, token) =>
        {
            var path = Bytes.PlainPath(run.Bytes / _bodies.Count);
            using var answer = await SendAsync(plain, HttpMethod.Post, path, body, token);
            await answer.Content.ReadAsStringAsync(token);
        }, cancellationToken);

    private Task EachBodyAsync(Func<byte[], CancellationToken, ValueTask> send, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(_bodies, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            send);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod method, Uri address, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return answer;
    }

    private string Body(int first, int count)
    {
        var text = new StringBuilder("{\"allOrNone\":false,\"records\":[");
        for (var number = first; number < first + count; number++)
        {
            text.Append(number == first ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
                {"attributes":{"type":"Account"},"Ext_Id__c":"bench-{{number}}","Name":"Account {{number}} of {{_run}}",
                "Phone":"+49 30 {{number}}","Type":"Customer - Direct","Industry":"Energy","AnnualRevenue":{{number}}.25,
                "NumberOfEmployees":{{number % 1000}},"BillingStreet":"Street {{number}}","BillingCity":"Berlin",
                "BillingPostalCode":"10{{number % 1000}}","Website":"http://{{number}}.test",
                "Description":"Some words on the account that has the number {{number}}, in round {{_run}}.","Since__c":"2026-01-31"}
                """);
        }

        return text.Append("]}").ToString();
    }
}
