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

    /// <summary>The test's own sessions, which ask what came of it.</summary>
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
