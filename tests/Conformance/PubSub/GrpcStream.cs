using System.Buffers.Binary;
using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf;
using Shouldly;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>One gRPC call from the client's side: messages go and come at any time until the server tells the outcome.</summary>
public sealed class GrpcStream : IDisposable
{
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationTokenSource _ended;
    private readonly HttpRequestMessage _request;
    private readonly Task<HttpResponseMessage> _answering;
    private HttpResponseMessage? _response;
    private Stream? _incoming;

    public GrpcStream(HttpClient http, string method, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _request = new HttpRequestMessage(HttpMethod.Post, $"/eventbus.v1.PubSub/{method}")
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new GrpcStreamContent(_outgoing.Reader),
        };
        foreach (var (key, value) in metadata)
            _request.Headers.TryAddWithoutValidation(key, value).ShouldBeTrue();
        _request.Headers.TryAddWithoutValidation("te", "trailers").ShouldBeTrue();
        _answering = http.SendAsync(_request, HttpCompletionOption.ResponseHeadersRead, _ended.Token);
    }

    public void Send(IMessage message) => SendFrame(message.ToByteArray());

    /// <summary>Sends bytes as one message, whatever they are.</summary>
    public void SendFrame(byte[] payload, bool isCompressed = false)
    {
        var frame = new byte[payload.Length + 5];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        _outgoing.Writer.TryWrite(frame).ShouldBeTrue();
    }

    /// <summary>Tells the server that no message follows.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

    /// <summary>Waits for the server's first sign: the call stands, or has failed already.</summary>
    public async Task StandAsync() => _response ??= await _answering;

    /// <summary>The next message; null when the call has ended.</summary>
    public async Task<T?> ReadAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        _response ??= await _answering;
        _response.Content.Headers.ContentType?.MediaType.ShouldBe("application/grpc");
        _incoming ??= await _response.Content.ReadAsStreamAsync(_ended.Token);
        var prefix = new byte[5];
        if (await _incoming.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false, _ended.Token) == 0)
            return null;
        prefix[0].ShouldBe((byte)0);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await _incoming.ReadExactlyAsync(payload, _ended.Token);
        return parser.ParseFrom(payload);
    }

    /// <summary>Asserts that a message comes, and gives it.</summary>
    public async Task<T> NextAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        await ReadAsync(parser) ?? throw new ShouldAssertException($"The call ended: {Outcome()}");

    /// <summary>Asserts that the call ends without another message, and tells how.</summary>
    public async Task<GrpcOutcome> EndAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        (await ReadAsync(parser)).ShouldBeNull();
        return Outcome();
    }

    public void Dispose()
    {
        _ended.Cancel();
        _outgoing.Writer.TryComplete();
        _response?.Dispose();
        _request.Dispose();
        _ended.Dispose();
    }

    /// <summary>How the call ended; only once it has.</summary>
    public GrpcOutcome Outcome()
    {
        var trailers = _response.ShouldNotBeNull().TrailingHeaders.ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return new GrpcOutcome
        {
            Status = int.Parse(trailers["grpc-status"], CultureInfo.InvariantCulture),
            Message = Uri.UnescapeDataString(trailers.GetValueOrDefault("grpc-message", "")),
            ErrorCode = trailers.GetValueOrDefault("error-code"),
            RpcId = trailers.GetValueOrDefault("rpc-id"),
        };
    }
}
