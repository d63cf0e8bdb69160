using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Running.Allowance;

/// <summary>The calls of the last 24 hours at one look: the connection's by object, and everybody's as the org tells them.</summary>
internal sealed class CallCounts
{
    private readonly Dictionary<string, (double Reads, double All)> _byObject = new(StringComparer.Ordinal);

    public CallCounts(IReadOnlyDictionary<CallPurpose, double> calls, ApiUsage? org)
    {
        Org = org;
        Used = calls.Values.Sum();
        foreach (var (purpose, count) in calls)
        {
            var (reads, all) = _byObject.GetValueOrDefault(purpose.ObjectName);
            _byObject[purpose.ObjectName] = (reads + (IsPush(purpose) ? 0 : count), all + count);
        }
    }

    public double Used { get; }

    public ApiUsage? Org { get; }

    /// <summary>By what factor the connection's intervals grow.</summary>
    public double Stretch { get; set; } = 1;

    public static bool IsPush(CallPurpose purpose) => purpose.Work == CallKinds.ToText(CallKind.Push);

    public double AllOf(string objectName) => _byObject.GetValueOrDefault(objectName).All;

    /// <summary>All but pushes.</summary>
    public double ReadsOf(string objectName) => _byObject.GetValueOrDefault(objectName).Reads;
}
