namespace Tandem.Sync.Running;

/// <summary>One that waits in a <see cref="SlotQueue"/>.</summary>
internal sealed class SlotWaiter(int home)
{
    public int Home { get; } = home;

    /// <summary>How often a younger one was given a slot while this one was the oldest.</summary>
    public int PassedOver { get; set; }

    /// <summary>Set when a slot is there.</summary>
    public TaskCompletionSource<int> Slot { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
