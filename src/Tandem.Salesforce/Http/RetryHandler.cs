using System.Globalization;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Tandem.Salesforce.Limits;

namespace Tandem.Salesforce.Http;

/// <summary>
/// Makes the attempts of a request. Faults of the transport (cut connections, time-outs, 420, 429, 5xx) of repeatable requests are tried
/// again with exponential back-off and jitter, or after the time that the answer asks for; everything else is tried once.
/// Each attempt has its own time-out, covers its answer's body unless that is streamed, and counts as one API call.
/// Source: salesforce-api.md, section 9.1 (client practice).
/// </summary>
internal sealed partial class RetryHandler : DelegatingHandler
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>An answer that asks for more patience than this is handed to the caller, who can plan for it.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    private readonly SalesforceOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ApiMeter _meter;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<HttpResponseMessage> _retries;

    public RetryHandler(SalesforceOptions options, TimeProvider timeProvider, ApiMeter meter, ILogger<RetryHandler> logger)
    {
        _options = options;
        _timeProvider = timeProvider;
        _meter = meter;
        _logger = logger;
        _retries = options.MaxRetries == 0 ? ResiliencePipeline<HttpResponseMessage>.Empty : BuildRetries();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => request.IsRepeatable()
            ? await _retries.ExecuteAsync(
                static async (state, token) => await state.Handler.SendOnceAsync(state.Request, token),
                (Handler: this, Request: request),
                cancellationToken)
            : await SendOnceAsync(request, cancellationToken);

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => SalesforceTelemetry.TraceAsync(request, _timeProvider, () => CallAsync(request, cancellationToken));

    private async Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        HttpResponseMessage? response = null;
        try
        {
            request.CountAttempt();
            response = await base.SendAsync(request, either.Token);
            _meter.Observe(response);
            if (!request.IsStreamed() || !response.IsSuccessStatusCode)
                response.Content = await PooledContent.ReadAsync(response.Content, either.Token);
            return response;
        }
        catch (Exception exception) when (TransportFault.Covers(exception) && !cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw TransportFault.Describe(exception, request, timeout.IsCancellationRequested);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    private ResiliencePipeline<HttpResponseMessage> BuildRetries()
        => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _timeProvider }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = _options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.RetryBaseDelay,
                MaxDelay = LongestPause,
                ShouldHandle = arguments => ValueTask.FromResult(IsPassing(arguments.Outcome)),
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } response ? Failure.RetryAfter(response, _timeProvider) : null),
                OnRetry = arguments =>
                {
                    var fault = arguments.Outcome.Exception is SalesforceException exception
                        ? exception.Code
                        : ((int?)arguments.Outcome.Result?.StatusCode)?.ToString(CultureInfo.InvariantCulture) ?? "";
                    LogRetry(fault, arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return default;
                },
            })
            .Build();

    private bool IsPassing(Outcome<HttpResponseMessage> outcome)
    {
        if (outcome.Exception is { } exception)
            return exception is SalesforceException { Code: SalesforceErrorCodes.Unreachable or SalesforceErrorCodes.Timeout };
        if (outcome.Result is not { } response || Failure.RetryAfter(response, _timeProvider) > LongestRetryAfter)
            return false;
        var status = (int)response.StatusCode;
        return status switch
        {
            420 or 429 or 408 => true,
            406 => CodeOf(response) is null,

            // A query that ran into Salesforce's own time limit would do so again.
            500 or 502 or 503 or 504 => CodeOf(response) is not SalesforceErrorCodes.QueryTimeout,
            _ => false,
        };
    }

    private static string? CodeOf(HttpResponseMessage response)
        => response.Content is PooledContent content ? ErrorBody.Parse(content.Memory).Code : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request to Salesforce failed with {Fault}; retry {Attempt} follows in {Delay}.")]
    private partial void LogRetry(string fault, int attempt, TimeSpan delay);
}
