namespace Tandem.Server.SignIn;

/// <summary>
/// The sign-ins under way by their state, each good for one answer. Bounded, because anyone who may begin one can leave it lying: a
/// connection loses its oldest, and when all are full nothing new is taken until some have expired.
/// </summary>
internal sealed class PendingSignIns(SignInOptions options, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();

    /// <summary>Oldest first.</summary>
    private readonly List<PendingSignIn> _pending = [];

    /// <summary>False when there is no room.</summary>
    public bool TryAdd(PendingSignIn pending)
    {
        lock (_lock)
        {
            var now = timeProvider.GetUtcNow();
            _pending.RemoveAll(other => other.Expires <= now);
            var own = _pending.Count(other => other.ConnectionId == pending.ConnectionId);
            if (own >= options.PendingPerConnection)
                _pending.RemoveAt(_pending.FindIndex(other => other.ConnectionId == pending.ConnectionId));
            if (_pending.Count >= options.MaxPending)
                return false;
            _pending.Add(pending);
            return true;
        }
    }

    /// <summary>Takes a sign-in out, so that its state is good once, also when what follows fails. Null when there is none.</summary>
    public PendingSignIn? Take(string state)
    {
        lock (_lock)
        {
            var at = _pending.FindIndex(pending => pending.Request.State.Equals(state, StringComparison.Ordinal));
            if (at < 0)
                return null;
            var pending = _pending[at];
            _pending.RemoveAt(at);
            return pending.Expires > timeProvider.GetUtcNow() ? pending : null;
        }
    }
}
