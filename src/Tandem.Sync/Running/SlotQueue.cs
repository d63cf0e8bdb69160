namespace Tandem.Sync.Running;

/// <summary>
/// Decides who of many gets which of a few slots. Each name has a home, given in turn, so that the homes are shared out evenly. A free home
/// is taken first, then any free slot; where none is free, who came first waits at the head. A slot that becomes free goes to the oldest
/// that has its home there, else to the oldest of all, and the head is passed over only so often: nobody waits without end.
/// </summary>
internal sealed class SlotQueue(int count)
{
    /// <summary>How often the oldest lets a younger one go first.</summary>
    internal const int Patience = 16;

    private readonly Lock _lock = new();
    private readonly bool[] _isTaken = new bool[count];
    private readonly Dictionary<string, int> _homes = new(StringComparer.Ordinal);
    private readonly LinkedList<SlotWaiter> _waiting = new();

    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    public int HomeOf(string name)
    {
        lock (_lock)
            return FindHome(name);
    }

    /// <summary>Waits for a slot; <see cref="Free"/> gives it back.</summary>
    public async Task<int> TakeAsync(string name, CancellationToken cancellationToken)
    {
        LinkedListNode<SlotWaiter> node;
        lock (_lock)
        {
            var home = FindHome(name);
            for (var step = 0; step < count; step++)
            {
                // The same neighbour each time: what a guest leaves behind in a session is spread over as few of them as can be.
                var slot = (home + step) % count;
                if (_isTaken[slot])
                    continue;
                _isTaken[slot] = true;
                return slot;
            }

            node = _waiting.AddLast(new SlotWaiter(home));
        }

        await using var registration = cancellationToken.Register(() => Withdraw(node, cancellationToken));
        return await node.Value.Slot.Task;
    }

    public void Free(int slot)
    {
        lock (_lock)
        {
            if (ChooseNext(slot) is not { } next)
            {
                _isTaken[slot] = false;
                return;
            }

            _waiting.Remove(next);
            next.Value.Slot.SetResult(slot);
        }
    }

    private int FindHome(string name)
    {
        if (!_homes.TryGetValue(name, out var home))
            _homes.Add(name, home = _homes.Count % count);
        return home;
    }

    private LinkedListNode<SlotWaiter>? ChooseNext(int slot)
    {
        var head = _waiting.First;
        if (head is null || head.Value.Home == slot || head.Value.PassedOver >= Patience)
            return head;
        for (var node = head.Next; node is not null; node = node.Next)
        {
            if (node.Value.Home != slot)
                continue;
            head.Value.PassedOver++;
            return node;
        }

        return head;
    }

    /// <summary>Who has got a slot by now keeps it, and gives it back itself.</summary>
    private void Withdraw(LinkedListNode<SlotWaiter> node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (node.List is null)
                return;
            _waiting.Remove(node);
        }

        node.Value.Slot.TrySetCanceled(cancellationToken);
    }
}
