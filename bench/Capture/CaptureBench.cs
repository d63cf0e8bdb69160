using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Server.EmbeddedPostgres;

namespace Tandem.Bench.Capture;

/// <summary>
/// Measures what capture costs an app: the same writes to a captured and to a plain table, in turn, each in a database made anew, after
/// one round that warms up. In every round the log is read, so that a fast capture of less than the contract's entries is an error.
/// </summary>
internal sealed class CaptureBench(CaptureOptions options, TimeProvider timeProvider, Action<string> say)
{
    public async Task<(string Table, IReadOnlyList<BenchResult> Results)> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"tandem-bench-{Guid.NewGuid():N}-postgres");
        say("Starting Postgres...");
        try
        {
            await using var postgres = await EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions { DataFolder = folder },
                timeProvider,
                NullLogger<EmbeddedPostgresServer>.Instance,
                cancellationToken);
            var (captured, plain) = (new List<CaptureRound>(), new List<CaptureRound>());
            for (var number = 0; number <= options.Runs; number++)
            {
                say(number == 0 ? "Warming up..." : $"Round {number} of {options.Runs}...");
                var (one, other) = (
                    await MeasureAsync(postgres.ConnectionString, isCaptured: true, cancellationToken),
                    await MeasureAsync(postgres.ConnectionString, isCaptured: false, cancellationToken));
                if (number == 0)
                    continue;
                captured.Add(one);
                plain.Add(other);
            }

            IReadOnlyList<BenchResult> results =
            [
                Judge("capture-inserts", "tx/s", captured, plain, round => round.Inserts),
                Judge("capture-updates", "tx/s", captured, plain, round => round.Updates),
                Judge("capture-insert-statement", "s", captured, plain, round => round.InsertSeconds),
                Judge("capture-update-statement", "s", captured, plain, round => round.UpdateSeconds),
            ];
            return (Render(results), results);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<CaptureRound> MeasureAsync(string server, bool isCaptured, CancellationToken cancellationToken)
    {
        var address = await FreshDatabase.RecreateAsync(server, "bench_capture", cancellationToken);
        await using var dataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address) { MaxPoolSize = 8 });
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            if (isCaptured)
                await CaptureTable.CreateAsync(connection, cancellationToken);
            else
                await ExecuteAsync(connection, SqlFile.Read("Capture/plain_table.sql"), cancellationToken);
        }

        var job = new CaptureJob(dataSource, options, timeProvider);
        var insertSeconds = await job.InsertManyAsync(cancellationToken);
        if (isCaptured)
            await CheckAsync(dataSource, "INSERT", options.Rows, cancellationToken);
        await SettleAsync(dataSource, cancellationToken);
        var updateSeconds = await job.UpdateManyAsync(cancellationToken);
        if (isCaptured)
            await CheckAsync(dataSource, "UPDATE", options.Rows, cancellationToken);
        await SettleAsync(dataSource, cancellationToken);
        var inserts = await job.InsertOneByOneAsync(cancellationToken);
        var updates = await job.UpdateOneByOneAsync(cancellationToken);
        if (isCaptured)
            await CheckCountAsync(dataSource, (2 * options.Rows) + job.Transactions, cancellationToken);
        return new CaptureRound { Inserts = inserts, Updates = updates, InsertSeconds = insertSeconds, UpdateSeconds = updateSeconds };
    }

    private static async Task SettleAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, SqlFile.Read("Capture/settle_rows.sql"), cancellationToken);
        await ExecuteAsync(connection, "vacuum analyze salesforce.account", cancellationToken);
    }

    private static async Task CheckAsync(NpgsqlDataSource dataSource, string action, int expected, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Capture/read_log.sql"));
        command.Parameters.AddValues(action);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (found, complete) = (reader.GetInt64(0), reader.GetInt64(1));
        if (found != expected || complete != expected)
            throw new BenchException($"The log has {found} entries of the {action}, {complete} of them complete; expected {expected}.");
    }

    private static async Task CheckCountAsync(NpgsqlDataSource dataSource, int expected, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Capture/count_log.sql"));
        if (await command.ExecuteScalarAsync(cancellationToken) is not long found || found != expected)
            throw new BenchException($"The log has not the {expected} entries that were expected.");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private BenchResult Judge(
        string name, string unit, List<CaptureRound> captured, List<CaptureRound> plain, Func<CaptureRound, double> pick)
    {
        double[] values = [.. captured.Select(pick)];
        return new BenchResult
        {
            Name = name,
            Unit = unit,
            Value = Math.Round(Figures.Median(values), 3),
            Reference = "no capture",
            ReferenceValue = Math.Round(Figures.Median(plain.Select(pick)), 3),
            Ratio = Math.Round(Figures.Median(captured.Zip(plain, (one, other) => pick(one) / pick(other))), 3),
            Runs = options.Runs,
            SpreadPercent = Math.Round(Figures.SpreadPercent(values), 1),
            PeakMib = null,
        };
    }

    private string Render(IReadOnlyList<BenchResult> results)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"Capture: single-row transactions of 4 clients, and statements of {options.Rows:N0} rows\n");
        text.Append(CultureInfo.InvariantCulture, $"{"job",-26}{"unit",6}{"captured",12}{"plain",12}{"ratio",8}{"spread %",10}\n");
        foreach (var result in results)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{result.Name,-26}{result.Unit,6}{result.Value,12:0.00}{result.ReferenceValue,12:0.00}{result.Ratio,8:0.00}");
            text.Append(CultureInfo.InvariantCulture, $"{result.SpreadPercent,10:0}\n");
        }

        return text.ToString().TrimEnd();
    }
}
