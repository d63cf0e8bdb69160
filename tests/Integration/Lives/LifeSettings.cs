using Npgsql;
using Tandem.Simulator;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Testing;

namespace Tandem.Tests.Integration.Lives;

/// <summary>What outlives the lives of a program: the org, the database, the clock, the settings, and the plan of its deaths.</summary>
internal sealed record LifeSettings
{
    public const string Schema = "salesforce";

    public required TestDatabase Database { get; init; }

    /// <summary>The test's own sessions, which ask what came of it; see <see cref="OpenObserver"/>.</summary>
    public required NpgsqlDataSource Observer { get; init; }

    public required SimulatorServer Server { get; init; }

    /// <summary>Only the test moves it, and the program's own pauses.</summary>
    public required FakeTimeProvider Clock { get; init; }

    public required TimeProvider ProgramTime { get; init; }

    public required SyncOptions Options { get; init; }

    public required TypeProfile Types { get; init; }

    public required WriteAlgorithm Writes { get; init; }

    /// <summary>Asked anew by each life.</summary>
    public required Func<IReadOnlyList<Mapping>> Mappings { get; init; }

    public Journal Journal { get; } = new();

    public CrashPlan Crashes { get; } = new();

    /// <summary>
    /// A property asks the same few questions some hundred times a seed, so that each is planned once and its session never reset. The
    /// questions have text and numbers for answers, which need no types from the catalogue.
    /// </summary>
    public static NpgsqlDataSource OpenObserver(TestDatabase database)
    {
        var builder = new NpgsqlDataSourceBuilder(database.ConnectionString);
        builder.ConnectionStringBuilder.NoResetOnClose = true;
        builder.ConnectionStringBuilder.MaxAutoPrepare = 20;
        builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>The answer's rows, fields joined by a bar.</summary>
    public IReadOnlyList<string> Ask(string sql)
    {
        using var command = Observer.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "" : reader.GetString(at));
            rows.Add(string.Join('|', fields));
        }

        return rows;
    }
}
