using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Bench.Serve;

/// <summary>
/// One subscriber of the Pub/Sub API, over TLS, reads the change events that the upserts have left on the bus, from the first on: it asks
/// for 100 and for as many again as each answer brings.
/// </summary>
internal sealed class PubSubJob : IServeJob, IDisposable
{
    private const string Topic = "/data/AccountChangeEvent";
    private const int Credit = 100;

    private readonly HttpClient _http;
    private readonly X509Certificate2 _authority;
    private readonly int _events;

    private PubSubJob(HttpClient http, X509Certificate2 authority, int events)
    {
        _http = http;
        _authority = authority;
        _events = events;
    }

    public string Name => "pubsub-events";

    public string Unit => "events";

    /// <summary>Takes over the session of another client of the same org.</summary>
    public static async Task<PubSubJob> CreateAsync(
        HttpClient signedIn, Uri address, string authorityFile, int events, CancellationToken cancellationToken)
    {
        var user = await signedIn.GetFromJsonAsync<JsonElement>(new Uri("/services/oauth2/userinfo", UriKind.Relative), cancellationToken);
        var authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        var http = new HttpClient(handler)
        {
            BaseAddress = address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        http.DefaultRequestHeaders.Add("accesstoken", signedIn.DefaultRequestHeaders.Authorization?.Parameter);
        http.DefaultRequestHeaders.Add("instanceurl", signedIn.BaseAddress?.ToString());
        http.DefaultRequestHeaders.Add("tenantid", user.GetProperty("organization_id").GetString());
        return new PubSubJob(http, authority, events);
    }

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<Served> RunAsync(CancellationToken cancellationToken)
    {
        using var asked = new FetchStream();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/eventbus.v1.PubSub/Subscribe", UriKind.Relative));
        (request.Version, request.VersionPolicy, request.Content) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact, asked);
        var wanted = Math.Min(Credit, _events);
        asked.Ask(new FetchRequest { TopicName = Topic, ReplayPreset = ReplayPreset.Earliest, NumRequested = wanted });
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var (seen, bytes, frame) = (0, 0L, new byte[64 * 1024]);
        while (seen < _events)
        {
            await stream.ReadExactlyAsync(frame.AsMemory(0, FetchStream.PrefixBytes), cancellationToken);
            var length = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1));
            if (length > frame.Length)
                frame = new byte[length];
            await stream.ReadExactlyAsync(frame.AsMemory(0, length), cancellationToken);
            var fetched = FetchResponse.Parser.ParseFrom(frame, 0, length);
            seen += fetched.Events.Count;
            bytes += FetchStream.PrefixBytes + length;
            var more = Math.Min(fetched.Events.Count, _events - wanted);
            wanted += more;
            if (more > 0)
                asked.Ask(new FetchRequest { NumRequested = more });
        }

        asked.End();
        if (await stream.ReadAsync(frame, cancellationToken) > 0)
            throw new BenchException($"The Pub/Sub API sent more than the {_events} events that were asked for.");
        return new Served { Units = seen, Bytes = bytes };
    }

    public Task RunPlainAsync(HttpClient plain, Served run, CancellationToken cancellationToken) =>
        Bytes.GetPlainAsync(plain, run.Bytes, cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        _authority.Dispose();
    }
}
