using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Tandem.Bench.Load;

namespace Tandem.Bench.Serve;

/// <summary>Reads the whole result of a Bulk 2.0 query over every account, 25 columns wide, in pages of 250,000 rows.</summary>
internal sealed class BulkJob(HttpClient http, int rows) : IServeJob
{
    private const string Jobs = "/services/data/v67.0/jobs/query";
    private const int PageRows = 250_000;
    private const double Megabyte = 1e6;

    private string _job = "";

    public string Name => "bulk-result";

    public string Unit => "MB";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_job.Length > 0)
        {
            using var gone = await http.DeleteAsync(new Uri(_job, UriKind.Relative), cancellationToken);
            gone.EnsureSuccessStatusCode();
        }

        var query = $"SELECT {string.Join(", ", LoadWorld.Mapping.Fields)} FROM Account";
        using var made = await http.PostAsJsonAsync(Jobs, new { operation = "query", query }, cancellationToken);
        _job = $"{Jobs}/{await ReadTextAsync(made, "id", cancellationToken)}";
        string state;
        do
        {
            using var asked = await http.GetAsync(new Uri(_job, UriKind.Relative), cancellationToken);
            state = await ReadTextAsync(asked, "state", cancellationToken);
        }
        while (state is "UploadComplete" or "InProgress");

        if (state != "JobComplete")
            throw new BenchException($"The Bulk query ended as {state}.");
    }

    public async Task<Served> RunAsync(CancellationToken cancellationToken)
    {
        var (bytes, records, locator) = (0L, 0, "");
        do
        {
            var address = new Uri($"{_job}/results?maxRecords={PageRows}{locator}", UriKind.Relative);
            using var page = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            page.EnsureSuccessStatusCode();
            records += int.Parse(page.Headers.GetValues("Sforce-NumberOfRecords").Single(), CultureInfo.InvariantCulture);
            locator = page.Headers.GetValues("Sforce-Locator").Single();
            await using var stream = await page.Content.ReadAsStreamAsync(cancellationToken);
            bytes += await Bytes.DropAsync(stream, cancellationToken);
            locator = locator == "null" ? "" : $"&locator={locator}";
        }
        while (locator.Length > 0);

        if (records != rows)
            throw new BenchException($"The Bulk result has {records} rows, expected {rows}.");
        return new Served { Units = bytes / Megabyte, Bytes = bytes };
    }

    public Task RunPlainAsync(HttpClient plain, Served run, CancellationToken cancellationToken) =>
        Bytes.GetPlainAsync(plain, run.Bytes, cancellationToken);

    private static async Task<string> ReadTextAsync(HttpResponseMessage response, string name, CancellationToken cancellationToken)
    {
        response.EnsureSuccessStatusCode();
        var json = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return json.GetProperty(name).GetString() ?? throw new BenchException($"The simulator's answer has no {name}.");
    }
}
