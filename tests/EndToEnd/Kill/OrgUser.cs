using System.Globalization;
using System.Text.Json.Nodes;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>
/// A person who works in the org all the time: contacts of their own, and a field of seeded contacts that nobody else writes.
/// Remembers what the org confirmed.
/// </summary>
internal sealed class OrgUser(OrgApi org, Random random, IReadOnlyList<string> seeded)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly List<string> _own = [];
    private int _number;

    /// <summary>By record id: the title that the org confirmed last.</summary>
    public Dictionary<string, string> Titles { get; } = [];

    public HashSet<string> Deleted { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            await ChangeAsync();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task ChangeAsync()
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"org-title-{++_number}");
        switch (random.Next(6))
        {
            case < 2:
                var fields = new JsonObject { ["LastName"] = "Org", ["Title"] = title };
                var id = await org.CreateAsync("Contact", fields, CancellationToken.None);
                _own.Add(id);
                Titles[id] = title;
                break;
            case 2 when _own.Count > 0:
                var gone = _own[random.Next(_own.Count)];
                await org.DeleteAsync("Contact", gone, CancellationToken.None);
                _own.Remove(gone);
                Titles.Remove(gone);
                Deleted.Add(gone);
                break;
            case 3 when _own.Count > 0:
                await SetTitleAsync(_own[random.Next(_own.Count)], title);
                break;
            default:
                await SetTitleAsync(seeded[random.Next(seeded.Count)], title);
                break;
        }
    }

    private async Task SetTitleAsync(string id, string title)
    {
        await org.UpdateAsync("Contact", id, new JsonObject { ["Title"] = title }, CancellationToken.None);
        Titles[id] = title;
    }
}
