using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tandem.Server.EmbeddedPostgres;

namespace Tandem.Bench.Load;

/// <summary>Runs a script with psql, the reference of the load, beside the CSV file that the script names.</summary>
internal sealed class Psql(string csvFile)
{
    public async Task RunAsync(string connectionString, string script, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var program = Path.Combine(PostgresBinaries.Find().Folder, "psql");
        var start = new ProcessStartInfo(program, ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(csvFile),
        };
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = server.Username;
        start.Environment["PGPASSWORD"] = server.Password;
        start.Environment["PGDATABASE"] = server.Database;

        using var process = Process.Start(start) ?? throw new BenchException("psql did not start.");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(script.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new BenchException($"psql ended with {process.ExitCode}, expected 0: {(await errors).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
