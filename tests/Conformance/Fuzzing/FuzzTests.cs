using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace Tandem.Tests.Conformance.Fuzzing;

/// <summary>
/// Broken input at every door: 10,000 seeded cases, each answered in time and never as a bug, and an org that works afterwards.
/// TANDEM_FUZZ_SEED repeats a run.
/// </summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Connections = 4;
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("TANDEM_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed : 20261121;

    private SimulatedOrg? _org;

    private SimulatedOrg Org => _org ?? throw new InvalidOperationException("The org is not started.");

    private HttpClient Http => Org.Http;

    public async ValueTask InitializeAsync()
    {
        _org = await SimulatedOrg.StartAsync();
        Http.Timeout = LongestAnswer;
    }

    [Fact]
    public Task Statements() => RunAsync(4000, mutator => Request(HttpMethod.Get,
        $"/services/data/v67.0/query{(mutator.Next(4) == 0 ? "All" : "")}?q={Escape(mutator.Break(mutator.Pick(Samples.Soql)))}"));

    [Fact]
    public Task Bodies_of_json() => RunAsync(3500, mutator =>
    {
        var (method, path, body) = mutator.Pick(Samples.Json);
        return Request(new HttpMethod(method), "/services/data/v67.0" + path,
            body.Length == 0 ? null : new StringContent(mutator.Break(body), Encoding.UTF8, "application/json"));
    });

    [Fact]
    public Task Addresses() => RunAsync(800, mutator =>
    {
        var (method, path, _) = mutator.Pick(Samples.Json);
        var broken = string.Concat(mutator.Break("/services/data/v67.0" + path).Select(letter => letter is '/' or '?' or '&' or '='
            ? letter.ToString() : Escape(letter.ToString())));
        return Request(new HttpMethod(method), "/" + broken.TrimStart('/'));
    });

    [Fact]
    public Task Bodies_of_bytes() => RunAsync(400, mutator =>
    {
        var (method, path, body) = mutator.Pick(Samples.Json);
        var content = new ByteArrayContent(mutator.Bytes(2000));
        content.Headers.TryAddWithoutValidation(
            "Content-Type", mutator.Pick(["application/json", "text/csv", "text/xml", "multipart/form-data"]));
        if (mutator.Next(4) == 0)
            content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        return Request(new HttpMethod(method), "/services/data/v67.0" + path, body.Length == 0 ? null : content);
    });

    [Fact]
    public Task Soap_and_cometd() => RunAsync(700, mutator => mutator.Next(2) == 0
        ? Request(HttpMethod.Post, "/services/Soap/u/67.0", new StringContent(mutator.Break(Samples.Soap.Replace("@token",
            Http.DefaultRequestHeaders.Authorization?.Parameter, StringComparison.Ordinal)), Encoding.UTF8, "text/xml"))
        : Request(HttpMethod.Post, "/cometd/67.0", new StringContent(mutator.Break(Samples.Cometd), Encoding.UTF8, "application/json")));

    [Fact]
    public Task Rows_of_bulk_jobs() => RunAsync(100, async mutator =>
    {
        using var made = await Http.PostAsync(new Uri("/services/data/v67.0/jobs/ingest", UriKind.Relative), new StringContent(
            """{"object":"Account","operation":"upsert","externalIdFieldName":"Ext_Id__c","contentType":"CSV","lineEnding":"LF"}""",
            Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var job = (await OrgAnswer.ReadAsync(made)).Json.GetProperty("id").GetString();
        var path = $"/services/data/v67.0/jobs/ingest/{job}";
        await CheckAsync(Request(
            HttpMethod.Put, path + "/batches", new StringContent(mutator.Break(Samples.Csv), Encoding.UTF8, "text/csv")));
        await CheckAsync(Request(HttpMethod.Patch, path, new StringContent("""{"state":"UploadComplete"}""", Encoding.UTF8,
            "application/json")));
        return Request(HttpMethod.Get, path + "/failedResults");
    });

    [Fact]
    public async Task Bytes_on_the_wire()
    {
        for (var number = 0; number < 500; number++)
        {
            var mutator = new Mutator(Seed + number);
            using var socket = new TcpClient();
            await socket.ConnectAsync(Org.Server.BaseAddress.Host, Org.Server.BaseAddress.Port, TestContext.Current.CancellationToken);
            await using var stream = socket.GetStream();
            var head = $"GET /services/data/v67.0/limits HTTP/1.1\r\nHost: {Org.Server.BaseAddress.Authority}\r\nContent-Length: 9\r\n\r\n";
            var bytes = mutator.Next(2) == 0 ? mutator.Bytes(500) : Encoding.UTF8.GetBytes(mutator.Break(head));
            try
            {
                await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
                socket.Client.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken)
                    .WaitAsync(LongestAnswer, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // The server may cut a connection that brings nonsense.
            }
        }

        await ShouldWorkAsync();
    }

    public ValueTask DisposeAsync() => Org.DisposeAsync();

    private Task RunAsync(int cases, Func<Mutator, HttpRequestMessage> make) => RunAsync(cases, mutator => Task.FromResult(make(mutator)));

    private async Task RunAsync(int cases, Func<Mutator, Task<HttpRequestMessage>> make)
    {
        await Parallel.ForEachAsync(Enumerable.Range(Seed, cases), new ParallelOptions { MaxDegreeOfParallelism = Connections },
            async (number, _) => await CheckAsync(await make(new Mutator(number)), number));
        await ShouldWorkAsync();
    }

    private async Task CheckAsync(HttpRequestMessage request, int seed = 0)
    {
        using (request)
        {
            OrgAnswer answer;
            try
            {
                using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
                answer = await OrgAnswer.ReadAsync(response);
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                throw new InvalidOperationException($"Case {seed} got no answer: {request.Method} {request.RequestUri}", exception);
            }

            answer.Text.ShouldNotContain("UNKNOWN_EXCEPTION", Case.Sensitive, $"case {seed}: {request.Method} {request.RequestUri}");
        }
    }

    private async Task ShouldWorkAsync()
    {
        using var response = await Http.GetAsync(
            new Uri("/services/data/v67.0/query?q=SELECT+Id+FROM+User+LIMIT+1", UriKind.Relative), TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue();
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null) =>
        new(method, path) { Content = content };

    /// <summary>Lone halves of surrogate pairs have no form on the wire; they go out as the replacement character.</summary>
    private static string Escape(string text) => Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
}
