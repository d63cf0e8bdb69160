using Shouldly;
using Tandem.Postgres.Conflicts;

namespace Tandem.Tests.Integration.Sync;

/// <summary>A record that both sides edit at random, and the model of what each of them has.</summary>
internal sealed class ConflictedRecord(
    SyncWorld world, string sfid, IReadOnlyDictionary<string, ConflictPolicy> policies, Random random)
{
    private readonly Dictionary<string, Cell> _cells =
        policies.Keys.ToDictionary(column => column, _ => new Cell("S0", "S0", null), StringComparer.Ordinal);

    private int _edits;

    public Task StepAsync() => random.Next(10) switch
    {
        < 3 => EditLocallyAsync(),
        < 6 => EditInOrgAsync(),
        < 8 => PollAsync(),
        < 9 => PushAsync(),
        _ => AdvanceAsync(),
    };

    /// <summary>Until both sides have nothing to tell, and then they have the same.</summary>
    public async Task RestAsync()
    {
        await PollAsync();
        await PushAsync();
        await PollAsync();
        foreach (var (column, cell) in _cells)
        {
            cell.Table.ShouldBe(cell.Org, column);
            (await ReadAsync(column)).ShouldBe(cell.Table, column);
        }

        (await world.AskOneAsync($"select _hc_lastop from salesforce.account where sfid = '{sfid}'")).ShouldBe("SYNCED");
    }

    private async Task EditLocallyAsync()
    {
        var edits = Pick().ToDictionary(column => column, _ => $"L{++_edits}");
        var set = string.Join(", ", edits.Select(edit => $"{edit.Key} = '{edit.Value}'"));
        await world.RunAsync($"update salesforce.account set {set} where sfid = '{sfid}'");
        foreach (var (column, value) in edits)
            _cells[column] = _cells[column] with { Table = value, Base = _cells[column].Base ?? _cells[column].Table };
    }

    private async Task EditInOrgAsync()
    {
        var edits = Pick().ToDictionary(column => column, _ => $"S{++_edits}");
        await world.Org.UpdateAsync("Account", sfid, edits);
        foreach (var (column, value) in edits)
            _cells[column] = _cells[column] with { Org = value };
    }

    private Task AdvanceAsync()
    {
        world.OrgTime.Advance(TimeSpan.FromSeconds(random.Next(90)));
        return world.AskTheTimeAsync();
    }

    private async Task PollAsync()
    {
        await world.PollAsync("Account");
        foreach (var (column, cell) in _cells)
        {
            if (cell.Base is null)
                _cells[column] = cell with { Table = cell.Org };
            else if (cell.Org != cell.Base && await ReadWinnerAsync(column, cell) == "salesforce")
                _cells[column] = cell with { Table = cell.Org, Base = null };
            (await ReadAsync(column)).ShouldBe(_cells[column].Table, column);
        }
    }

    /// <summary>What was claimed goes, and what comes back with it tells of all other columns.</summary>
    private async Task PushAsync()
    {
        var isQueued = _cells.Values.Any(cell => cell.Base is not null);
        await world.PushAsync();
        if (!isQueued)
            return;
        foreach (var (column, cell) in _cells)
        {
            var value = cell.Base is null ? cell.Org : cell.Table;
            _cells[column] = new Cell(value, value, null);
            (await ReadAsync(column)).ShouldBe(value, column);
            world.Org.Value("Account", sfid, FieldOf(column)).ShouldBe(value, column);
        }
    }

    /// <summary>Both values stand in the log, with the winner of the policy; who was later only the log can tell.</summary>
    private async Task<string> ReadWinnerAsync(string column, Cell cell)
    {
        var winners = await world.AskAsync(
            $"select winner, local_value = '{cell.Table}' or winner = 'local' from tandem.conflicts where sfid = '{sfid}' "
            + $"and column_name = '{column}' and salesforce_value = '{cell.Org}' and base_value = '{cell.Base}' order by id desc limit 1");
        var winner = winners.ShouldHaveSingleItem($"{column}: {cell}").Split('|');
        winner[1].ShouldBe("True");
        if (policies[column] != ConflictPolicy.Newest)
            winner[0].ShouldBe(policies[column] == ConflictPolicy.Local ? "local" : "salesforce");
        return winner[0];
    }

    private List<string> Pick()
    {
        var columns = _cells.Keys.Where(_ => random.Next(2) == 0).ToList();
        return columns.Count > 0 ? columns : [_cells.Keys.First()];
    }

    private Task<string> ReadAsync(string column) => world.AskOneAsync($"select {column} from salesforce.account where sfid = '{sfid}'");

    private static string FieldOf(string column) => $"{char.ToUpperInvariant(column[0])}{column[1..]}";

    /// <param name="Base">What the column had before the queued edits; null when none is queued.</param>
    private sealed record Cell(string Table, string Org, string? Base);
}
