using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Tls;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem simulator</c>: a Salesforce org on this machine, for development and tests.</summary>
internal static class SimulatorCommand
{
    public static Command Build()
    {
        var defaults = new SimulatorOptions();
        var host = new Option<string>("--host")
        {
            Description = "The address to listen on. Beyond the loopback the control plane needs --control-token.",
            DefaultValueFactory = _ => defaults.Host,
        };
        var port = WholeNumber.Option("--port", "The port to listen on; 0 takes a free one.", 0, WholeNumber.HighestPort, 8700);
        var rows = WholeNumber.Option("--rows", "Contacts in the org; other objects come in proportion.", 0, defaults.Rows);
        var seed = WholeNumber.Option("--seed", "The same seed makes the same data.", 0, defaults.Seed);
        var metadata = new Option<string?>("--metadata") { Description = "A JSON file with further objects; see docs/simulator.md." };
        var save = new Option<string?>("--save")
        {
            Description = "A file that keeps the org: read at start when it exists, written at stop.",
        };
        var token = new Option<string?>("--control-token") { Description = "What the control plane under /_simulator asks for." };
        var tls = new Option<bool>("--tls") { Description = "Speak https, with a certificate of the test CA." };
        var tlsFolder = new Option<string?>("--tls-dir") { Description = "The folder that keeps the test CA; else one of the user's." };
        var pubSubPort = WholeNumber.Option("--pubsub-port", "The port of the Pub/Sub API; 0 takes a free one.", 0,
            WholeNumber.HighestPort, 0);
        var pubSubPlainText = new Option<bool>("--pubsub-plaintext") { Description = "Speak Pub/Sub without TLS." };
        var command = new Command("simulator", "Starts a Salesforce org on this machine, in memory.")
        {
            host, port, rows, seed, metadata, save, token, tls, tlsFolder, pubSubPort, pubSubPlainText,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new SimulatorOptions
            {
                Host = parsed.GetValue(host) ?? defaults.Host,
                Port = parsed.GetValue(port),
                Rows = parsed.GetValue(rows),
                Seed = parsed.GetValue(seed),
                MetadataFile = parsed.GetValue(metadata),
                SaveFile = parsed.GetValue(save),
                ControlToken = parsed.GetValue(token),
                Tls = parsed.GetValue(tls),
                TlsFolder = parsed.GetValue(tlsFolder) ?? TestAuthority.UserFolder,
                PubSubPort = parsed.GetValue(pubSubPort),
                PubSubPlainText = parsed.GetValue(pubSubPlainText),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        // A person learns at the start, and not at the end of the work, that nothing can be kept.
        if (options.SaveFile is { } saveFile && Path.GetDirectoryName(Path.GetFullPath(saveFile)) is { } folder
            && !Directory.Exists(folder))
            throw new ConfigurationException($"--save {saveFile} cannot be written: there is no folder {folder}.");
        using var loggers = Logging.ToStandardError(LogLevel.Error);
        try
        {
            await using var server = await SimulatorServer.StartAsync(
                options with { Loggers = loggers }, TimeProvider.System, cancellationToken);
            await ServeAsync(server, options, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or MetadataException
            or OrgFileException)
        {
            throw new ConfigurationException(exception.Message, exception);
        }

        return 0;
    }

    private static async Task ServeAsync(SimulatorServer server, SimulatorOptions options, CancellationToken cancellationToken)
    {
        var isClosed = options.ControlToken is null && !server.BaseAddress.IsLoopback;
        Console.WriteLine($"""
            A Salesforce org listens on {server.BaseAddress}
              Pub/Sub API    {server.PubSubAddress}
              test CA        {server.TestAuthorityFile}
              user name      {options.UserName}
              password       {options.Password}
              client id      {options.ClientId}
              client secret  {options.ClientSecret}
              contacts       {server.Org.FindTable("Contact")?.Count ?? 0:N0} (seed {options.Seed})
              control plane  {(isClosed ? "closed: give --control-token to open it" : $"{server.BaseAddress}_simulator")}
            Stop it with Ctrl-C. {(options.SaveFile is { } file
                ? $"It then writes everything into {file}, and reads it from there at its next start."
                : "It keeps everything in memory and forgets it when it stops.")}
            """);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
        await server.StopAsync(CancellationToken.None);
    }
}
