namespace Tandem.Tests.EndToEnd;

/// <summary>Lets time pass where time itself is what a test is about: the moment of a kill, the pace of an app.</summary>
internal static class Pace
{
    public static async Task PassAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(time, TimeProvider.System);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
