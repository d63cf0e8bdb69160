using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tandem.Bench.Serve;

/// <summary>One subscriber of CometD reads the change events that the upserts have left on the bus, from the first on.</summary>
internal sealed class EventJob(HttpClient http, int events) : IServeJob
{
    private const string Address = "/cometd/67.0";
    private const string Channel = "/data/AccountChangeEvent";

    private static readonly byte[] EventMark = Encoding.UTF8.GetBytes("\"replayId\"");

    private string _clientId = "";

    public string Name => "cometd-events";

    public string Unit => "events";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var shaken = JsonSerializer.Deserialize<JsonElement>(await SendAsync("""
            [{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"],"ext":{"replay":true}}]
            """, cancellationToken));
        _clientId = shaken[0].GetProperty("clientId").GetString() ?? throw new BenchException("The handshake brought no client id.");
    }

    public async Task<Served> RunAsync(CancellationToken cancellationToken)
    {
        var subscribe = JsonSerializer.Serialize(new object[]
        {
            new
            {
                channel = "/meta/subscribe", clientId = _clientId, subscription = Channel,
                ext = new { replay = new Dictionary<string, int>(StringComparer.Ordinal) { [Channel] = -2 } },
            },
        });
        var connect = JsonSerializer.Serialize(new object[]
        {
            new { channel = "/meta/connect", clientId = _clientId, connectionType = "long-polling" },
        });
        var answer = await SendAsync(subscribe, cancellationToken);
        var (seen, bytes) = (Count(answer), (long)answer.Length);
        while (seen < events)
        {
            answer = await SendAsync(connect, cancellationToken);
            seen += Count(answer);
            bytes += answer.Length;
        }

        return new Served { Units = seen, Bytes = bytes };
    }

    public Task RunPlainAsync(HttpClient plain, Served run, CancellationToken cancellationToken) =>
        Bytes.GetPlainAsync(plain, run.Bytes, cancellationToken);

    private async Task<byte[]> SendAsync(string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.PostAsync(new Uri(Address, UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Each event tells its replay id once.</summary>
    private static int Count(ReadOnlySpan<byte> answer) => answer.Count(EventMark);
}
