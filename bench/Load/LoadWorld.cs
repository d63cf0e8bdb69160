using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Bench.Serve;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Salesforce.Describe;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Simulator;
using Tandem.Sync.Catalog;
using Tandem.Sync.Schema;

namespace Tandem.Bench.Load;

/// <summary>
/// What the load is measured with: an org of so many accounts in a process of its own, and a durable Postgres in a folder of its own.
/// Dispose leaves nothing behind.
/// </summary>
internal sealed class LoadWorld : IAsyncDisposable
{
    /// <summary>Larger orgs are made when they are read, so that they leave room for the database; that costs the simulator more.</summary>
    public const int MostStoredRows = 2_000_000;

    public const string Schema = "salesforce";
    public const string TandemDatabase = "bench_tandem";
    public const string ReferenceDatabase = "bench_reference";

    private static readonly SimulatorOptions Defaults = new();

    private readonly string _folder;
    private readonly EmbeddedPostgresServer _postgres;
    private readonly SimulatorProcess _simulator;

    private LoadWorld(string folder, EmbeddedPostgresServer postgres, SimulatorProcess simulator)
    {
        _folder = folder;
        _postgres = postgres;
        _simulator = simulator;
    }

    /// <summary>25 columns of an Account: ids, text, numbers, timestamps, a boolean, a date. load_reference.sql has the same.</summary>
    public static Mapping Mapping { get; } = new()
    {
        ObjectName = "Account",
        Access = MappingAccess.ReadWrite,
        Fields =
        [
            "Id", "IsDeleted", "SystemModstamp", "CreatedDate", "LastModifiedDate", "Name", "Type", "Industry", "Phone", "Website",
            "AnnualRevenue", "NumberOfEmployees", "Description", "BillingStreet", "BillingCity", "BillingState", "BillingPostalCode",
            "BillingCountry", "OwnerId", "ParentId", "AccountNumber", "Rating", "AccountSource", "Ext_Id__c", "Since__c",
        ],
    };

    public static OAuthGrant Grant => OAuthGrant.Password(Defaults.ClientId, Defaults.ClientSecret, Defaults.UserName, Defaults.Password);

    public Uri OrgUrl => _simulator.Url;

    public TimeSpan OrgCpu => ProcessCpu.Read(_simulator.Id);

    /// <summary>Zero where the system does not tell.</summary>
    public TimeSpan DatabaseCpu => ServerCpu.Read(Path.Combine(DataFolder(_folder), "cluster")) ?? TimeSpan.Zero;

    /// <summary>Where the reference finds its CSV; load_reference.sql names the file.</summary>
    public string CsvFile => Path.Combine(_folder, "accounts.csv");

    /// <param name="isCompact">The simulator makes the rows when they are read: an org of ten million fits into a few GiB.</param>
    public static async Task<LoadWorld> StartAsync(
        int rows, bool isCompact, TimeProvider timeProvider, Action<string> say, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        EmbeddedPostgresServer? postgres = null;
        try
        {
            say("Starting Postgres...");
            postgres = await EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions { DataFolder = DataFolder(folder) },
                timeProvider,
                NullLogger<EmbeddedPostgresServer>.Instance,
                cancellationToken);
            say(string.Create(CultureInfo.InvariantCulture, $"Starting an org with {rows:N0} accounts..."));
            var simulator = await SimulatorProcess.StartAsync(
                folder, await WriteMetadataAsync(folder, rows, isCompact, cancellationToken), cancellationToken);
            return new LoadWorld(folder, postgres, simulator);
        }
        catch
        {
            await CleanUpAsync(folder, postgres);
            throw;
        }
    }

    public SalesforceClient CreateClient() =>
        new(new SalesforceOptions { LoginUrl = OrgUrl }, Grant, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>The query that the initial load makes of the mapping.</summary>
    public static async Task<string> BuildQueryAsync(SalesforceClient client, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var description = await client.Describe.DescribeAsync(Mapping.ObjectName, cancellationToken);
        var context = new ObjectContext
        {
            Schema = Schema,
            Types = TypeProfile.Heroku,
            Parents = new Dictionary<string, SObjectDescription>(StringComparer.OrdinalIgnoreCase),
        };
        var mapped = MappedObjectBuilder.Build(Mapping, description, context, problems) ?? throw new ConfigurationException(problems);
        return mapped.Select();
    }

    /// <summary>Drops the database and makes it anew; the drop ends with a checkpoint, so that each job starts from the same.</summary>
    /// <returns>Its connection string.</returns>
    public Task<string> RecreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        FreshDatabase.RecreateAsync(_postgres.ConnectionString, name, cancellationToken);

    public static async Task<TableChecksum> ReadChecksumAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand(SqlFile.Read("Load/read_checksum.sql"));
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new TableChecksum(reader.GetInt64(0), reader.GetDecimal(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        await CleanUpAsync(_folder, _postgres);
    }

    // Beside the folder and not in it: a temporary folder of ours is closed to the account that the database runs under.
    private static string DataFolder(string folder) => folder + "-postgres";

    private static async Task<string> WriteMetadataAsync(
        string folder, int rows, bool isCompact, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "metadata.json");
        var compact = isCompact ? "true" : "false";
        var json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            { "objects": [{ "name": "Account", "rows": {{rows}}, "compact": {{compact}},
              "fields": [{ "name": "Since__c", "type": "date" }] }] }
            """);
        await File.WriteAllTextAsync(path, json, cancellationToken);
        return path;
    }

    private static async Task CleanUpAsync(string folder, EmbeddedPostgresServer? postgres)
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        if (Directory.Exists(DataFolder(folder)))
            Directory.Delete(DataFolder(folder), recursive: true);
    }
}
