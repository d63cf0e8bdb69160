namespace Tandem.Simulator.Auth;

/// <summary>A session with the moment of its last call, which keeps it alive. Only <see cref="SessionStore"/> holds it.</summary>
internal sealed class LiveSession(Session session)
{
    private long _lastUsed = session.IssuedAt.UtcTicks;

    public Session Session { get; } = session;

    public DateTimeOffset LastUsed => new(Interlocked.Read(ref _lastUsed), TimeSpan.Zero);

    public void Touch(DateTimeOffset now) => Interlocked.Exchange(ref _lastUsed, now.UtcTicks);
}
