using Microsoft.Extensions.Logging;
using Tandem.Server.Api;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>A server from start to stop: all connections of a catalogue, and the REST API.</summary>
public static class ServerRun
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="say">Is told where the API is and, at the very first start without a given token, the token that opens it.</param>
    /// <exception cref="ConfigurationException">It cannot start as asked.</exception>
    public static async Task RunAsync(
        FleetOptions fleetOptions,
        ApiOptions apiOptions,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        Action<string> say,
        CancellationToken cancellationToken)
    {
        await using var fleet = await ConnectionFleet.StartAsync(fleetOptions, timeProvider, loggerFactory, cancellationToken);
        await using var api = await ApiServer.StartAsync(fleet, apiOptions, timeProvider, loggerFactory, cancellationToken);
        if (apiOptions.Token is null && await fleet.Tokens.CreateFirstAsync(cancellationToken) is { } first)
            say($"The first API token, which is not shown again: {first.Secret}");
        say($"Keeping {fleet.All.Count} connections in step; the API is at {api.Address}. Stop with Ctrl-C.");
        await fleet.RunAsync(cancellationToken);
    }
}
