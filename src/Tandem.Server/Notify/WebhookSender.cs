using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tandem.Server.Api;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Notify;

/// <summary>
/// Posts one notification as JSON. The header Tandem-Signature is <c>t=SECONDS,v1=HEX</c>: the moment of the post, and HMAC-SHA256 by
/// the shared secret over that moment, a point and the body, so that an old post cannot be played again.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private const string SignatureHeader = "Tandem-Signature";

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly byte[] _key;

    public WebhookSender(WebhookOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _timeProvider = timeProvider;
        _key = Encoding.UTF8.GetBytes(options.Secret);

        // Whoever answers for the address does not choose another one for us.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = ConnectionLifetime })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Tandem", "1"));
    }

    /// <returns>Why it was not taken; null when it was.</returns>
    public async Task<string?> SendAsync(UntoldNotification one, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.AnswerWithin, _timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var body = BodyOf(one);
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(SignatureHeader, Sign(body));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return (int)answer.StatusCode switch
            {
                >= 200 and < 300 => null,
                >= 300 and < 400 and var status => $"it answered {status}, and a redirect is not followed",
                var status => $"it answered {status}",
            };
        }
        catch (HttpRequestException exception)
        {
            return $"it cannot be reached ({exception.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not answer within {_options.AnswerWithin.TotalSeconds:0} seconds";
        }
    }

    public void Dispose() => _http.Dispose();

    private static byte[] BodyOf(UntoldNotification one) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            id = one.Notification.Id,
            event_type = one.Notification.EventType,
            message = one.Notification.Message,
            created_at = one.Notification.CreatedAt,
            connection = new { id = one.ConnectionId, name = one.ConnectionName, app_name = one.AppName },
        },
        ApiJson.Options);

    private string Sign(byte[] body)
    {
        var at = _timeProvider.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{at}."), .. body];
        var hash = HMACSHA256.HashData(_key, signed);
        return $"t={at},v1={Convert.ToHexStringLower(hash)}";
    }
}
