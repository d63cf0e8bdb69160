using Spectre.Console;

namespace Tandem.Cli.Remote;

/// <summary>
/// Shows how far a load has come while a command waits for it: bars on a terminal, lines on standard error where standard output goes into
/// a pipe or a file, and nothing where JSON is asked for.
/// </summary>
internal static class LoadScreen
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <param name="work">Is given what to tell the steps to, each time that it has learnt them.</param>
    public static Task<T> RunAsync<T>(bool isQuiet, Func<Action<IReadOnlyList<LoadStep>>, Task<T>> work)
    {
        if (isQuiet)
            return work(_ => { });
        return Console.IsOutputRedirected ? RunPlainAsync(work) : RunBarsAsync(work);
    }

    private static Task<T> RunPlainAsync<T>(Func<Action<IReadOnlyList<LoadStep>>, Task<T>> work)
    {
        var time = TimeProvider.System;
        var pace = new LoadPace(time);
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        return work(steps =>
        {
            foreach (var step in steps)
            {
                if (last.TryGetValue(step.ObjectName, out var stamp) && time.GetElapsedTime(stamp) < BetweenLines)
                    continue;
                last[step.ObjectName] = time.GetTimestamp();
                Console.Error.WriteLine(pace.Describe(step));
            }
        });
    }

    private static Task<T> RunBarsAsync<T>(Func<Action<IReadOnlyList<LoadStep>>, Task<T>> work)
    {
        var pace = new LoadPace(TimeProvider.System);
        return AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                return work(steps =>
                {
                    foreach (var step in steps)
                    {
                        if (!bars.TryGetValue(step.ObjectName, out var bar))
                            bars[step.ObjectName] = bar = context.AddTask(Markup.Escape(step.ObjectName));
                        bar.Description = Markup.Escape(pace.Describe(step));
                        bar.IsIndeterminate = step.Total is null;
                        bar.MaxValue = step.Total is > 0 and { } total ? total : 1;
                        bar.Value = step.Done;
                    }

                    foreach (var (name, ended) in bars.Where(bar => steps.All(step => step.ObjectName != bar.Key)))
                    {
                        // Its last step may be from before the org had told how many there are.
                        ended.Description = Markup.Escape($"{name}: done");
                        ended.IsIndeterminate = false;
                        ended.Value = ended.MaxValue;
                    }
                });
            });
    }
}
