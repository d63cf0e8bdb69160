namespace Tandem.Sync.Faults;

/// <summary>
/// Named places on every durable step where a test may end the work as a crash would. Nothing listens in a running program, where
/// reaching one costs a look at a field.
/// </summary>
public static class Failpoints
{
    private static readonly AsyncLocal<Action<string>?> Listener = new();

    /// <summary>Hears of every failpoint that this asynchronous flow reaches, until disposed. What it throws ends the work there.</summary>
    public static IDisposable Listen(Action<string> listener)
    {
        Listener.Value = listener;
        return new Silence();
    }

    /// <param name="name">What has just been done, such as <c>load.page.copied</c>.</param>
    public static void Reach(string name) => Listener.Value?.Invoke(name);

    private sealed class Silence : IDisposable
    {
        public void Dispose() => Listener.Value = null;
    }
}
