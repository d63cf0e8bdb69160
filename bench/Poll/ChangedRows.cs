using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Bench.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Records;
using Tandem.Salesforce.Soql;

namespace Tandem.Bench.Poll;

/// <summary>The records that change in each round, spread evenly over the org, and their CSV for the reference.</summary>
internal sealed class ChangedRows(LoadWorld world, int rows, int changed)
{
    private const string FileName = "changes.csv";
    private const int Connections = 4;

    private readonly List<SalesforceId> _ids = [];
    private int _round;

    private string CsvFile => Path.Combine(Path.GetDirectoryName(world.CsvFile) ?? "", FileName);

    /// <summary>Picks the records.</summary>
    public async Task PickAsync(CancellationToken cancellationToken)
    {
        using var client = world.CreateClient();
        var number = 0L;
        await foreach (var id in ReadIdsAsync(client, cancellationToken))
        {
            if (number * changed / rows < (number + 1) * changed / rows)
                _ids.Add(id);
            number++;
        }

        if (_ids.Count != changed)
            throw new BenchException($"The org has other records than expected: {_ids.Count} of {changed} to change were found.");
    }

    /// <summary>Changes them, and saves what they are now as one CSV.</summary>
    public async Task ChangeAsync(CancellationToken cancellationToken)
    {
        _round++;
        using var client = world.CreateClient();
        await client.Limits.GetAsync(cancellationToken);

        // Stamps are cut to the second.
        var since = (client.OrgNow ?? throw new BenchException("The org does not tell the time.")).AddSeconds(-2);
        await Parallel.ForEachAsync(
            _ids.Chunk(RecordsClient.MostWrites),
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            async (chunk, token) =>
            {
                var updates = chunk.Select(id => new RecordUpdate(id, Values(id))).ToList();
                var results = await client.Records.UpdateAsync("Account", updates, token);
                if (results.Any(result => !result.IsSaved))
                    throw new BenchException("The org refused an update.");
            });
        await SaveAsync(client, since, cancellationToken);
    }

    private JsonObject Values(SalesforceId id) => new()
    {
        ["Name"] = $"Account {id} in round {_round}",
        ["Phone"] = string.Create(CultureInfo.InvariantCulture, $"+49 30 {_round}"),
        ["NumberOfEmployees"] = _round,
        ["Description"] = $"Some words on the account {id}, which is changed for the time {_round}.",
    };

    private static async IAsyncEnumerable<SalesforceId> ReadIdsAsync(
        SalesforceClient client, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var job = await client.BulkQuery.CreateAsync("SELECT Id FROM Account ORDER BY Id", includeDeleted: false, cancellationToken);
        await client.BulkQuery.WaitAsync(job.Id, cancellationToken);
        string? locator = null;
        do
        {
            await using var page = await client.BulkQuery.OpenResultsAsync(job.Id, locator, maxRecords: null, cancellationToken);
            using var csv = new CsvReader(page.Content);
            var isBehindHeader = false;
            while (await csv.FillAsync(cancellationToken))
            {
                while (csv.TryReadRow())
                {
                    if (isBehindHeader)
                        yield return SalesforceId.Parse(Encoding.ASCII.GetString(csv.Field(0)));
                    isBehindHeader = true;
                }
            }

            locator = page.NextLocator;
        }
        while (locator is not null);
    }

    private async Task SaveAsync(SalesforceClient client, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var query = $"{await LoadWorld.BuildQueryAsync(client, cancellationToken)} WHERE SystemModstamp >= {SoqlText.DateTime(since)}";
        var job = await client.BulkQuery.CreateAsync(query, includeDeleted: false, cancellationToken);
        await client.BulkQuery.WaitAsync(job.Id, cancellationToken);
        await using var page = await client.BulkQuery.OpenResultsAsync(job.Id, locator: null, maxRecords: null, cancellationToken);
        if (page.NextLocator is not null)
            throw new BenchException("The changed rows came in more than one page.");
        await using var file = File.Create(CsvFile);
        await page.Content.CopyToAsync(file, cancellationToken);
    }
}
