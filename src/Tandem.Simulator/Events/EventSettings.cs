namespace Tandem.Simulator.Events;

/// <summary>How the org makes, keeps and delivers events; a part of the simulator's options.</summary>
public sealed record EventSettings
{
    /// <summary>The objects whose changes make events; null means every object that can.</summary>
    public IReadOnlyCollection<string>? Entities { get; init; }

    /// <summary>How long change events and platform events can be replayed.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(72);

    /// <summary>How long PushTopic and generic events can be replayed.</summary>
    public TimeSpan TopicRetention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Events that a channel keeps at most, so that memory has a bound; what falls out has aged out.</summary>
    public int MaxRetained { get; init; } = 250_000;

    /// <summary>Changes of one transaction that are told one by one; those beyond make one GAP_OVERFLOW for each object.</summary>
    public int OverflowAfter { get; init; } = 100_000;

    /// <summary>Bytes of an event; a greater one becomes a gap.</summary>
    public int MaxEventBytes { get; init; } = 1_000_000;

    /// <summary>From how many characters on an updated text is sent as a diff; null sends every text whole.</summary>
    public int? DiffTextFrom { get; init; }

    /// <summary>Whether details that go or come with their master have events of their own.</summary>
    public bool TellsCascades { get; init; }

    /// <summary>CometD clients at one time.</summary>
    public int ConcurrentClients { get; init; } = 2000;

    /// <summary>Events delivered to all subscribers in a rolling day.</summary>
    public int DailyDeliveries { get; init; } = 100_000_000;

    /// <summary>How long a CometD connect is held when there is nothing to tell.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(110);

    /// <summary>How long a CometD client lives after the answer to its last connect.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(40);
}
