namespace Tandem.Sync.Running.Allowance;

/// <summary>
/// Says how fast the mappings of a shift may spend API calls: each within its own limit, and all together within the connection's share of
/// the org's. Asked by the workers before they begin anything, and by whoever shows it; a look at the counts serves for a second.
/// </summary>
/// <param name="share">Of the org's calls, in per cent.</param>
public sealed class CallBudget(
    CallLedger ledger, int share, LiveMappings mappings, AllowanceOptions options, TimeProvider timeProvider)
{
    /// <summary>Polls that are slower by less are not told of.</summary>
    private const double Noticeable = 1.1;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _slowed = new(StringComparer.Ordinal);
    private CallCounts? _counts;
    private long _countedAt;

    public AllowanceOptions Options => options;

    /// <summary>How often the mapping is polled now.</summary>
    public TimeSpan IntervalOf(LiveMapping mapping)
    {
        var counts = Look();
        return AllowancePace.IntervalOf(mapping.Asked.PollInterval, Math.Max(counts.Stretch, StretchOf(counts, mapping)), options);
    }

    /// <summary>Whether work of the kind may begin for the mapping.</summary>
    public bool Allows(CallKind kind, LiveMapping mapping)
    {
        var counts = Look();
        return AllowancePace.Allows(kind, counts.ReadsOf(mapping.Mapped.Name), mapping.Asked.MaxDailyApiCalls, options)
            && (LimitOf(counts) is not { } limit || AllowancePace.Allows(kind, counts.Used, limit, options));
    }

    public ConnectionCalls Read()
    {
        var counts = Look();
        return new ConnectionCalls
        {
            Used = (long)Math.Round(counts.Used),
            Limit = LimitOf(counts) is { } limit ? (long)Math.Round(limit) : null,
            Share = share,
            Org = counts.Org,
            Sentence = IsSlowed("") ? $"Polls are slowed: {DescribeCause(counts)}" : null,
        };
    }

    public MappingCalls Read(LiveMapping mapping)
    {
        var (counts, name, limit) = (Look(), mapping.Mapped.Name, mapping.Asked.MaxDailyApiCalls);
        var (reads, interval) = (counts.ReadsOf(name), IntervalOf(mapping));
        var isOwn = IsSlowed(name);
        return new MappingCalls
        {
            Used = (long)Math.Round(counts.AllOf(name)),
            Reads = (long)Math.Round(reads),
            Limit = limit,
            Interval = interval,
            Sentence = isOwn || IsSlowed("")
                ? AllowanceWords.Slowed(mapping.Asked.PollInterval, interval, isOwn ? DescribeCause(reads, mapping) : DescribeCause(counts))
                : null,
        };
    }

    /// <summary>Why a load of the mapping waits.</summary>
    public string DescribeWait(LiveMapping mapping)
    {
        var (counts, name) = (Look(), mapping.Mapped.Name);
        var isOwn = !AllowancePace.Allows(CallKind.Load, counts.ReadsOf(name), mapping.Asked.MaxDailyApiCalls, options);
        return $"The load waits: {(isOwn ? DescribeCause(counts.ReadsOf(name), mapping) : DescribeCause(counts))}";
    }

    /// <summary>Whose polls are slowed now.</summary>
    public IReadOnlyList<SlowedPolls> FindSlowed()
    {
        Look();
        lock (_lock)
            return [.. _slowed.Select(name => new SlowedPolls(name.Length == 0 ? null : name))];
    }

    private string DescribeCause(double reads, LiveMapping mapping)
    {
        var (name, limit) = (mapping.Mapped.Name, mapping.Asked.MaxDailyApiCalls);
        var ease = ledger.FindEase(
            purpose => purpose.ObjectName == name && !CallCounts.IsPush(purpose), limit * options.SlowFrom);
        return AllowanceWords.OfMapping(reads, limit, ease);
    }

    private string DescribeCause(CallCounts counts)
    {
        if (counts.Org is not { } org)
            return AllowanceWords.Unknown;
        var own = org.Allowed * share / 100.0;
        return LimitOf(counts) < own
            ? AllowanceWords.OfOthers(org)
            : AllowanceWords.OfConnection(counts.Used, own, share, ledger.FindEase(_ => true, own * options.SlowFrom));
    }

    private bool IsSlowed(string name)
    {
        lock (_lock)
            return _slowed.Contains(name);
    }

    private double? LimitOf(CallCounts counts) => counts.Org is { Allowed: > 0 } org
        ? AllowancePace.LimitOf(share / 100.0, counts.Used, org.Used, org.Allowed, options)
        : null;

    private double StretchOf(CallCounts counts) => LimitOf(counts) is { } limit
        ? AllowancePace.StretchOf(counts.Used, limit, WantedOf(mappings.All), options)
        : 1;

    private double StretchOf(CallCounts counts, LiveMapping mapping) => AllowancePace.StretchOf(
        counts.ReadsOf(mapping.Mapped.Name), mapping.Asked.MaxDailyApiCalls, WantedOf(mapping), options);

    /// <summary>Looks at the org's schema come as often as the most frequent poll.</summary>
    private static double WantedOf(IReadOnlyList<LiveMapping> all) =>
        all.Sum(WantedOf) + all.Select(WantedOf).DefaultIfEmpty().Max();

    /// <summary>Polls of a day; one that finds nothing costs one call, and what the others cost shows in what is used.</summary>
    private static double WantedOf(LiveMapping mapping) => TimeSpan.FromDays(1) / mapping.Asked.PollInterval;

    private CallCounts Look()
    {
        lock (_lock)
        {
            if (_counts is { } known && timeProvider.GetElapsedTime(_countedAt) < options.LookInterval)
                return known;
            var counts = new CallCounts(ledger.Read(), ledger.OrgUsage);
            counts.Stretch = StretchOf(counts);
            (_counts, _countedAt) = (counts, timeProvider.GetTimestamp());
            NoteSlowed("", counts.Stretch, AllowancePace.SpentOf(counts.Used, LimitOf(counts) ?? double.PositiveInfinity));
            foreach (var mapping in mappings.All)
            {
                var name = mapping.Mapped.Name;
                NoteSlowed(
                    name, StretchOf(counts, mapping), AllowancePace.SpentOf(counts.ReadsOf(name), mapping.Asked.MaxDailyApiCalls));
            }

            return counts;
        }
    }

    /// <summary>It begins with a pace that is noticed and ends well below the share from which polls slow.</summary>
    private void NoteSlowed(string name, double stretch, double spent)
    {
        if (stretch >= Noticeable)
            _slowed.Add(name);
        else if (spent < options.EaseBelow)
            _slowed.Remove(name);
    }
}
