using System.CommandLine;
using Tandem.Simulator;
using Tandem.Simulator.Metadata;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem simulator</c>: a Salesforce org on this machine, for development and tests.</summary>
internal static class SimulatorCommand
{
    public static Command Build()
    {
        var defaults = new SimulatorOptions();
        var port = new Option<int>("--port") { Description = "The port to listen on; 0 takes a free one.", DefaultValueFactory = _ => 8700 };
        var rows = new Option<int>("--rows") { Description = "Contacts in the org; other objects come in proportion.", DefaultValueFactory = _ => defaults.Rows };
        var seed = new Option<int>("--seed") { Description = "The same seed makes the same data.", DefaultValueFactory = _ => defaults.Seed };
        var metadata = new Option<string?>("--metadata") { Description = "A JSON file with further objects; see docs/simulator.md." };
        rows.Validators.Add(Validation.AtLeast(0));
        port.Validators.Add(Validation.Between(0, 65_535));
        var command = new Command("simulator", "Starts a Salesforce org on this machine, in memory.") { port, rows, seed, metadata };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new SimulatorOptions
            {
                Port = parsed.GetValue(port),
                Rows = parsed.GetValue(rows),
                Seed = parsed.GetValue(seed),
                MetadataFile = parsed.GetValue(metadata),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        SimulatorServer server;
        try
        {
            server = await SimulatorServer.StartAsync(options, TimeProvider.System, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or MetadataException)
        {
            throw new ConfigurationException(exception.Message, exception);
        }

        await using (server)
        {
            Console.WriteLine($"""
                A Salesforce org listens on {server.BaseAddress}
                  user name      {options.UserName}
                  password       {options.Password}
                  client id      {options.ClientId}
                  client secret  {options.ClientSecret}
                  contacts       {options.Rows:N0} (seed {options.Seed})
                Stop it with Ctrl-C. It keeps everything in memory and forgets it when it stops.
                """);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 0;
    }
}
