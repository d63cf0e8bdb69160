using System.Globalization;
using System.Text.Json;
using Npgsql;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Sync.Verify;

/// <summary>
/// Verifies what a person asked for, one mapping after the other. A request that a crash interrupted is run again and goes on with
/// the runs that it left open.
/// </summary>
public sealed class VerifyHandler(Verifier verifier, NpgsqlDataSource dataSource) : IRequestHandler
{
    public RequestKind Kind => RequestKind.Verify;

    /// <summary>The options are a <see cref="VerifyRequest"/>; the outcome's detail is the list of reports.</summary>
    public async Task<RequestOutcome> RunAsync(
        Request request, IReadOnlyList<LiveMapping> targets, CancellationToken cancellationToken)
    {
        var asked = JsonSerializer.Deserialize<VerifyRequest>(request.Options, VerifyJson.Options)
            ?? throw new FormatException("The options of a request to verify are null.");
        var reports = new List<VerifyReport>();
        var problems = new List<string>();
        foreach (var target in targets)
        {
            if (Verifier.CanRun(target))
                reports.Add(await verifier.RunAsync(target, asked, dataSource, cancellationToken));
            else
                problems.Add($"{target.Mapped.Name} was not compared: it is not loaded, or waits for a person.");
        }

        problems.AddRange(reports.Select(report => report.Remark).OfType<string>());
        return new RequestOutcome(problems.Count == 0, string.Join(' ', problems.Prepend(Describe(reports, asked.Repairs))))
        {
            Detail = JsonSerializer.Serialize(reports, VerifyJson.Options),
        };
    }

    /// <summary>What the reports say together, in a sentence.</summary>
    public static string Describe(IReadOnlyList<VerifyReport> reports, bool repairs)
    {
        if (reports.All(report => report.IsEqual))
            return reports.Count == 0 ? "Nothing was compared." : "Both sides are equal.";
        var differences = reports.Sum(report => report.Differences);
        var differ = differences == 1 ? "1 row differs" : string.Create(CultureInfo.InvariantCulture, $"{differences:N0} rows differ");
        var repaired = reports.Sum(report => report.Repaired);
        return repairs
            ? string.Create(CultureInfo.InvariantCulture, $"{differ}; {repaired:N0} repaired.")
            : $"{differ}; with --repair they are put right.";
    }
}
