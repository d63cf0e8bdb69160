using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tandem.Salesforce;
using Tandem.Sync.Telemetry;

namespace Tandem.Server.Telemetry;

/// <summary>
/// Sends spans and metrics by OTLP while it lives. The standard variables of OpenTelemetry say where to and how; without an address
/// among them nothing is made, and so nothing costs.
/// </summary>
public sealed class TelemetryExport : IAsyncDisposable
{
    private const string EveryEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string Disabled = "OTEL_SDK_DISABLED";

    /// <summary>Spans of the REST API's requests.</summary>
    private const string RequestSource = "Microsoft.AspNetCore";

    /// <summary>Counts and durations of the REST API's requests.</summary>
    private const string RequestMeter = "Microsoft.AspNetCore.Hosting";

    /// <summary>What a collector that does not answer may take of a stop.</summary>
    private static readonly TimeSpan FlushWithin = TimeSpan.FromSeconds(2);

    private readonly List<IDisposable> _providers = [];
    private readonly TimeProvider _timeProvider;

    private TelemetryExport(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <param name="readVariable">Reads a variable of the environment.</param>
    public static TelemetryExport Start(Func<string, string?> readVariable, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(readVariable);
        var export = new TelemetryExport(timeProvider);
        if (string.Equals(readVariable(Disabled), "true", StringComparison.OrdinalIgnoreCase))
            return export;
        var isNamed = readVariable(ServiceName) is { Length: > 0 };
        if (IsAsked(TracesEndpoint))
        {
            export._providers.Add(Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(Describe)
                .AddSource(SyncTelemetry.SourceName, SalesforceTelemetry.SourceName, RequestSource)
                .AddOtlpExporter()
                .Build());
        }

        if (IsAsked(MetricsEndpoint))
        {
            export._providers.Add(Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(Describe)
                .AddMeter(SyncTelemetry.SourceName, SalesforceTelemetry.SourceName, RequestMeter)
                .AddOtlpExporter()
                .Build());
        }

        return export;

        bool IsAsked(string endpoint) => readVariable(EveryEndpoint) is { Length: > 0 } || readVariable(endpoint) is { Length: > 0 };

        void Describe(ResourceBuilder resource)
        {
            if (!isNamed)
                resource.AddService("tandem", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString());
        }
    }

    /// <summary>Sends what is left, as far as the collector takes it in time.</summary>
    public async ValueTask DisposeAsync()
    {
        var ending = Task.WhenAll(_providers.Select(provider => Task.Run(provider.Dispose)));
        await Task.WhenAny(ending, Task.Delay(FlushWithin, _timeProvider));
    }
}
