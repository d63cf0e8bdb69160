using System.Globalization;
using Tandem.Simulator.Control;

namespace Tandem.Simulator.Http;

/// <summary>Counts API calls over a rolling day, hour by hour; the server reports it in <c>Sforce-Limit-Info</c> and <c>limits</c>, tests
/// and the control plane set it. Source: salesforce-api.md, sections 2.1 and 11.</summary>
public sealed class ApiUsage(int max, TimeProvider timeProvider)
{
    private const int Hours = 24;

    private readonly Lock _lock = new();
    private readonly RollingCount _calls = new(Hours, timeProvider);

    /// <summary>The calls of a day.</summary>
    public int Max { get; set; } = max;

    /// <summary>The app in the tail of the usage header; null leaves the tail out, because some clients only match the short
    /// form.</summary>
    public string? AppName { get; set; }

    /// <summary>The calls of a day that the tail grants the app.</summary>
    public int AppMax { get; set; } = 250;

    /// <summary>The calls of the last day; setting it forgets when they came and takes them for calls of this hour.</summary>
    public int Used
    {
        get
        {
            lock (_lock)
                return _calls.Total;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_lock)
                _calls.Total = value;
        }
    }

    /// <summary>Counts a call and gives the count with it; false, and no count, when the day's calls are used up.</summary>
    internal bool TryCount(out int used)
    {
        lock (_lock)
        {
            used = _calls.Total;
            if (used >= Max)
                return false;
            _calls.Add(1);
            used++;
            return true;
        }
    }

    /// <summary>The text of the usage header.</summary>
    internal string Header(int used) => AppName is { } app
        ? string.Create(CultureInfo.InvariantCulture, $"api-usage={used}/{Max}; per-app-api-usage={used}/{AppMax}(appName={app})")
        : string.Create(CultureInfo.InvariantCulture, $"api-usage={used}/{Max}");
}
