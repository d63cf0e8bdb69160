namespace Tandem.Simulator.Events;

/// <summary>What an address to subscribe to carries. Source: salesforce-api.md, section 5.3, "Channels".</summary>
public enum ChannelKind
{
    /// <summary><c>/data/ChangeEvents</c>: the changes of all selected objects.</summary>
    AllChanges,

    /// <summary><c>/data/AccountChangeEvent</c>: the changes of one object.</summary>
    Changes,

    /// <summary><c>/data/X__chn</c>: the changes of the objects that are its members.</summary>
    CustomChanges,

    /// <summary><c>/event/X__e</c>.</summary>
    PlatformEvents,

    /// <summary><c>/event/X__chn</c>: the platform events that are its members.</summary>
    CustomPlatformEvents,

    /// <summary><c>/topic/X</c>.</summary>
    PushTopic,

    /// <summary><c>/u/X</c>.</summary>
    Generic,
}
