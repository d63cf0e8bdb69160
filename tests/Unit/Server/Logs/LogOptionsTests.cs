using Microsoft.Extensions.Logging;
using Shouldly;
using Tandem.Server.Logs;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Unit.Server.Logs;

/// <summary>How the log is asked for.</summary>
public sealed class LogOptionsTests
{
    [Fact]
    public void Words_go_before_the_environment_and_that_before_the_default()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["TANDEM_LOG_FORMAT"] = "json", ["TANDEM_LOG_LEVEL"] = "",
        };

        LogOptions.Read("logfmt", "debug", LogLevel.Error, environment.GetValueOrDefault)
            .ShouldBe(new LogOptions { Format = LogFormat.Logfmt, Level = LogLevel.Debug });
        LogOptions.Read(null, null, LogLevel.Error, environment.GetValueOrDefault)
            .ShouldBe(new LogOptions { Format = LogFormat.Json, Level = LogLevel.Error });
    }

    [Fact]
    public void Each_word_that_is_not_known_is_named()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["TANDEM_LOG_FORMAT"] = "xml", ["TANDEM_LOG_LEVEL"] = "loud",
        };

        Should.Throw<ConfigurationException>(() => LogOptions.Read(null, null, LogLevel.Error, environment.GetValueOrDefault))
            .Problems.ShouldBe(
            [
                "TANDEM_LOG_FORMAT: expected text, json or logfmt, found xml.",
                "TANDEM_LOG_LEVEL: expected trace, debug, info, warning, error, critical, found loud.",
            ]);
    }
}
